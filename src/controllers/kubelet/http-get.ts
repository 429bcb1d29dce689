// The kubelet's own requests to a Pod, of probes and of hooks: sent from the node, answered by what listens. Mirrors pkg/probe/http and pkg/probe/util.go.
import { joinHostPort } from '../../lib/ip.js';
import type { Container, HTTPGetAction } from '../../model/generated/api.js';
import { withPod } from '../../network/addresses.js';
import { runtimeKey } from '../../network/runtime.js';
import { filesOf } from '../../programs/container.js';
import { type Effect, writeEffects } from '../../programs/effects.js';
import { wireOfMachine } from '../../programs/pod-wire.js';
import { headerOf } from '../../programs/wire.js';
import type { Work } from './work.js';

/** What the network must see: the Pod has its address although its status is not written yet. */
export const viewed = (work: Work): Work['net'] => {
  const { pod, runtime, net } = work;
  const self = {
    ...pod,
    status: {
      ...pod.status,
      phase: 'Running',
      podIP: runtime.ips[0] ?? '',
      podIPs: runtime.ips.map((ip) => ({ ip })),
      hostIP: work.hostIP,
    },
  };
  const key = runtimeKey(pod.metadata.namespace ?? '', pod.metadata.name);
  const reader = withPod(net.reader, self);
  return { ...net, reader: { ...reader, state: (k) => (k === key ? (runtime as never) : net.reader.state(k)) } };
};

/** The port's number, or why there is none. */
export function portOf(c: Container, wanted: number | string): number | string {
  const named = typeof wanted === 'number' ? wanted : c.ports?.find((p) => p.name === wanted)?.containerPort;
  if (named !== undefined) return named;
  return /^\d+$/.test(String(wanted)) ? Number(wanted) : `strconv.Atoi: parsing ${JSON.stringify(wanted)}: invalid syntax`;
}

interface Got {
  readonly status?: number;
  readonly body?: string;
  readonly location?: string;
  readonly error?: string;
}

export function httpGet(work: Work, get: HTTPGetAction, port: number): Got {
  const ip = get.host ?? work.runtime.ips[0] ?? '';
  const address = joinHostPort(ip, port);
  const path = get.path === undefined ? '/' : get.path.startsWith('/') ? get.path : `/${get.path}`;
  const url = `${(get.scheme ?? 'HTTP').toLowerCase()}://${address}${path}`;
  const effects: Effect[] = [];
  const got = wireOfMachine(viewed(work), work.node, effects, filesOf).connect(ip, port, 'TCP', {
    method: 'GET',
    path,
    host: get.httpHeaders?.find((h) => h.name.toLowerCase() === 'host')?.value ?? address,
    headers: [
      ['User-Agent', 'kube-probe/1.36'],
      ['Accept', '*/*'],
      ...(get.httpHeaders ?? []).map((h): [string, string] => [h.name, h.value]),
    ],
    body: '',
    ...(get.scheme === 'HTTPS' && { tls: true }),
  });
  // The kubelet asks again and again: its connections are not kept.
  const lasting = effects.filter((e) => e.kind !== 'connection');
  writeEffects(work.writer, (k, v) => work.writer.setState(k, v), lasting);
  const failed = (why: string): Got => ({ error: `Get ${JSON.stringify(url)}: ${why}` });
  if (got.outcome === 'refused') return failed(`dial tcp ${address}: connect: connection refused`);
  if (got.outcome !== 'ok') return failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
  if (!got.reply)
    return failed(get.scheme === 'HTTPS' && got.raw === undefined ? 'http: server gave HTTP response to HTTPS client' : 'EOF');
  const location = headerOf(got.reply.headers, 'location');
  return { status: got.reply.status, body: got.reply.body, ...(location !== undefined && { location }) };
}
