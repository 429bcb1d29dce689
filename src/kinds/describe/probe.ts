// One probe in one line of `kubectl describe`. Mirrors DescribeProbe of k8s.io/kubectl/pkg/describe.
import type { HTTPGetAction, Probe } from '../../model/generated/api.js';
import { goList } from './lines.js';

export function probeText(p: Probe): string {
  const times = `delay=${p.initialDelaySeconds ?? 0}s timeout=${p.timeoutSeconds ?? 0}s period=${p.periodSeconds ?? 0}s`;
  const attributes = `${times} #success=${p.successThreshold ?? 0} #failure=${p.failureThreshold ?? 0}`;
  if (p.exec) return `exec ${goList(p.exec.command)} ${attributes}`;
  if (p.httpGet) return `http-get ${url(p.httpGet)} ${attributes}`;
  if (p.tcpSocket) return `tcp-socket ${p.tcpSocket.host ?? ''}:${p.tcpSocket.port} ${attributes}`;
  if (p.grpc) return `grpc <pod>:${p.grpc.port} ${p.grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}

function url(get: HTTPGetAction): string {
  const scheme = get.scheme ? `${get.scheme.toLowerCase()}://` : '//';
  const host = get.host ?? '';
  const path = escapePath(get.path ?? '');
  return `${scheme}${host.includes(':') ? `[${host}]` : host}:${get.port}${path === '' || path.startsWith('/') ? '' : '/'}${path}`;
}

/** As Go's net/url escapes a path. */
const escapePath = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@]/gu, (c) =>
    [...Buffer.from(c)].map((b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
