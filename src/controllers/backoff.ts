// Trying again, later and later. Mirrors client-go/util/workqueue's exponential limiter, from the second on that a person could see.
import type { Writer } from '../model/store.js';

const first = 1000;
const longest = 1_000_000;

/** Wakes the controller with `key` after a wait that doubles each time. `name` is the state key the count is kept under. */
export function retryLater(writer: Writer, name: string, key: string): void {
  const failures = Number(writer.state(`backoff/${name}`) ?? 0);
  writer.setState(`backoff/${name}`, failures + 1);
  writer.after(Math.min(first * 2 ** failures, longest), key);
}

export function forgetFailures(writer: Writer, name: string): void {
  if (writer.state(`backoff/${name}`) !== undefined) writer.setState(`backoff/${name}`, undefined);
}
