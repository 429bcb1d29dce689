// crictl on a node: what its container runtime holds. Tables as cri-tools prints them.
import { podsOn } from '../../network/net.js';
import { containerdOf, isDown } from '../../model/faults.js';
import { type Attempt, isRunning, runtimeOf } from '../../network/runtime.js';
import { digestOf } from '../image-name.js';
import type { NodeAccess } from '../node-access.js';
import type { NodeProgram } from '../process.js';

const socket = 'unix:///run/containerd/containerd.sock';

export const crictl: NodeProgram = (p, node) => {
  const [verb = '', ...flags] = p.argv.slice(1);
  const unknown = flags.find((f) => f !== '-a' && f !== '--all');
  if (!['ps', 'pods'].includes(verb) || unknown !== undefined) {
    p.err(`kubelab: crictl ${[verb, ...flags].join(' ')} is not simulated\n`);
    return 126;
  }
  if (isDown(node.net.reader, containerdOf(node.name))) {
    p.err(
      `FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "${socket}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${socket.slice(7)}: connect: connection refused"\n`,
    );
    return 1;
  }
  p.out(table(verb === 'ps' ? containers(node, flags.length > 0) : pods(node)));
  return 0;
};

const sandboxOf = (uid: string): string => digestOf(uid, 'sandbox').slice(0, 13);

function containers(node: NodeAccess, all: boolean): string[][] {
  const now = node.net.now();
  const rows = podsOn(node.net.reader, node.name).flatMap((pod) => {
    const runtime = runtimeOf(node.net.reader, pod);
    return Object.entries(runtime?.containers ?? {}).flatMap(([name, c]) => {
      const tries: [Attempt | undefined, number][] = [
        [c.attempt, c.restarts],
        [all ? c.previous : undefined, c.restarts - 1],
      ];
      return tries.flatMap(([attempt, number]) => {
        if (!attempt || (!all && !isRunning(c))) return [];
        const state = attempt.exit ? 'Exited' : 'Running';
        const image = digestOf(attempt.image).slice(0, 13);
        const { namespace = '', name: podName } = pod.metadata;
        const ids = [attempt.id.slice(0, 13), image, ago(now - attempt.startedAt), state, name, String(number)];
        return [[...ids, sandboxOf(runtime?.uid ?? ''), podName, namespace]];
      });
    });
  });
  return [['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'], ...rows];
}

function pods(node: NodeAccess): string[][] {
  const now = node.net.now();
  const rows = podsOn(node.net.reader, node.name).flatMap((pod) => {
    const runtime = runtimeOf(node.net.reader, pod);
    if (!runtime || runtime.ips.length === 0) return [];
    const state = runtime.done || runtime.rebooted ? 'NotReady' : 'Ready';
    return [
      [sandboxOf(runtime.uid), ago(now - runtime.startedAt), state, pod.metadata.name, pod.metadata.namespace ?? '', '0', '(default)'],
    ];
  });
  return [['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...rows];
}

/** go-units' words. */
function ago(ms: number): string {
  const s = Math.floor(ms / 1000);
  const many = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'} ago`;
  if (s < 1) return 'Less than a second ago';
  if (s < 60) return many(s, 'second');
  if (s < 120) return 'About a minute ago';
  if (s < 3600) return many(Math.floor(s / 60), 'minute');
  if (s < 7200) return 'About an hour ago';
  return s < 172_800 ? many(Math.floor(s / 3600), 'hour') : many(Math.floor(s / 86_400), 'day');
}

/** Each column is as wide as its widest cell and five blanks. */
function table(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => (r[i] ?? '').length)));
  return rows.map((r) => `${r.map((cell, i) => (i === r.length - 1 ? cell : cell.padEnd((widths[i] ?? 0) + 5))).join('')}\n`).join('');
}
