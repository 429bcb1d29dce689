// What does not work in the cluster at present: machines that are off, programs that do not run. Kept as one fact beside the API;
// a healthy cluster has none, and finds that out with one look.
import type { Json } from './object.js';
import type { Reader } from './store.js';

export interface Fault {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** It runs again: settle() shows its controllers everything, then forgets the fault. */
  readonly returning?: boolean;
}

/** By the program's name: "kube-scheduler"; or by what and where: "machine/node01", "kubelet/node01". */
export type Faults = Readonly<Record<string, Fault>>;

const faultsKey = 'faults';
const none: Faults = {};

type Kept = Pick<Reader, 'state'>;

export const faultsOf = (reader: Kept): Faults => (reader.state(faultsKey) as unknown as Faults | undefined) ?? none;

/** Since when it has not run; undefined when it does. */
export function downSince(reader: Kept, program: string): number | undefined {
  const fault = faultsOf(reader)[program];
  return fault && !fault.returning ? fault.since : undefined;
}

export const isDown = (reader: Kept, program: string): boolean => downSince(reader, program) !== undefined;

/** Writes down that a program has stopped, or comes back, or (undefined) that all is well with it. */
export function setFault(
  kept: Kept & { setState(key: string, value: Json | undefined): void },
  program: string,
  fault: Fault | undefined,
): void {
  const { [program]: _, ...others } = faultsOf(kept);
  const next = { ...others, ...(fault && { [program]: fault }) };
  kept.setState(faultsKey, Object.keys(next).length > 0 ? (next as unknown as Json) : undefined);
}

export const machineOf = (node: string): string => `machine/${node}`;
export const kubeletOf = (node: string): string => `kubelet/${node}`;
export const containerdOf = (node: string): string => `containerd/${node}`;

/** The machine is off. */
export const isOff = (reader: Kept, node: string): boolean => faultsOf(reader) !== none && isDown(reader, machineOf(node));

/** Since when the node's kubelet has said nothing; undefined when it works. */
export function silentSince(reader: Kept, node: string): number | undefined {
  const times = [downSince(reader, machineOf(node)), downSince(reader, kubeletOf(node))].filter((t) => t !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Can anything be started or stopped on the node? */
export const kubeletActs = (reader: Kept, node: string): boolean =>
  silentSince(reader, node) === undefined && !isDown(reader, containerdOf(node));
