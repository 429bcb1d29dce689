// Files that a process looks at while it runs (CoreDNS' Corefile): a changed ConfigMap is written into the volume when the Pod is next synced, and
// the process finds it at its next look. Mirrors pkg/kubelet/configmap and the syncFrequency of the kubelet.
import { same } from '../../lib/same.js';
import type { Change } from '../../model/change.js';
import type { ConfigMap, Container, Pod } from '../../model/generated/api.js';
import { keyOf, type Json } from '../../model/object.js';
import type { Reader } from '../../model/store.js';
import { type Attempt, journalValue, runtimeOf, type Watching } from '../../network/runtime.js';
import { PodView } from '../../programs/container.js';
import { imageOf } from '../../programs/facts.js';
import { filesAround } from '../../programs/files.js';
import { digestOf } from '../../programs/image-name.js';
import type { Work } from './work.js';

const syncEvery = 60_000;
const syncSpread = 30_000;

/** Pods whose processes look at files of this ConfigMap. */
export function watchersOf(change: Change, reader: Reader): string[] {
  const { metadata } = change.object as ConfigMap;
  return reader
    .list('Pod', { namespace: metadata.namespace ?? '' })
    .filter((p) => mounts(p, metadata.name) && isWatching(reader, p))
    .map(keyOf);
}

const mounts = (pod: Pod, configMap: string): boolean =>
  (pod.spec.volumes ?? []).some(
    (v) => v.configMap?.name === configMap || v.projected?.sources?.some((s) => s.configMap?.name === configMap),
  );

const isWatching = (reader: Reader, pod: Pod): boolean =>
  Object.values(runtimeOf(reader, pod)?.containers ?? {}).some((c) => c.attempt?.watching && c.attempt.watching.signal === undefined);

/** Gives the process what has changed, when it is its time. */
export function followFiles(work: Work, c: Container, attempt: Attempt): void {
  const { watching } = attempt;
  if (!watching || watching.signal !== undefined) return;
  if (watching.found && watching.found.at <= work.now) {
    attempt.journal.push(watching.found as unknown as Json);
    delete attempt.watching;
    attempt.wake = work.now;
    return;
  }
  if (!watching.found && watching.syncAt !== undefined && watching.syncAt <= work.now) {
    const value = filesNow(work, c, watching.path);
    if (!same(value, lastSeen(attempt))) {
      const looks = Math.ceil((watching.syncAt - watching.since) / watching.every);
      watching.found = { at: watching.since + looks * watching.every, value };
    }
    delete watching.syncAt;
  }
  if (!watching.found && watching.syncAt === undefined && !same(filesNow(work, c, watching.path), lastSeen(attempt)))
    watching.syncAt = work.now + syncEvery + (Number.parseInt(digestOf(attempt.id, 'sync').slice(0, 6), 16) % syncSpread);
  work.wakeAt(watching.found?.at ?? watching.syncAt);
}

/** The signal has come that it waits for. */
export function reread(work: Work, c: Container, attempt: Attempt, { path }: Watching): void {
  attempt.journal.push({ at: work.now, value: filesNow(work, c, path) });
  delete attempt.watching;
  attempt.wake = work.now;
}

function filesNow(work: Work, c: Container, path: string): Json {
  const view = new PodView(work.net, work.pod, work.runtime, new Set([c.name]));
  return filesAround(
    view.files(c, imageOf(c), () => work.now, false),
    path,
  );
}

/** What the process has read last: at its start, or in a later look. */
const lastSeen = (attempt: Attempt): Json | undefined => journalValue(attempt.journal.at(-1));
