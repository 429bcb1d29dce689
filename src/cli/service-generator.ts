// The Service that `expose` and `run --expose` make. Fields in the order of Go's structs.
// Mirrors pkg/cmd/expose (createService) and pkg/generate/versioned/service.go.
import type { KubeObject } from '../model/object.js';
import { UsageError } from './errors.js';
import { parseInteger } from './ports.js';

export interface ServiceWish {
  readonly name: string;
  readonly namespace?: string;
  /** "a=b,c=d" */
  readonly labels: string;
  readonly selector: string;
  /** "80", or "80,443" of an object with several. */
  readonly ports: string;
  /** "TCP"; "" for each port's own. */
  readonly protocol: string;
  /** What the exposed object says of its ports. */
  readonly protocols: ReadonlyMap<string, readonly string[]>;
  readonly targetPort: string;
  readonly type: string;
  readonly clusterIP: string;
  readonly externalIP: string;
  readonly loadBalancerIP: string;
  readonly sessionAffinity: string;
}

export function generateService(wish: ServiceWish): KubeObject {
  if (wish.selector === '') throw new UsageError('selector must be specified');
  const selector = parseLabelList(wish.selector);
  const labels = wish.labels === '' ? undefined : parseLabelList(wish.labels);
  const { type, clusterIP, externalIP, loadBalancerIP, sessionAffinity } = wish;
  const ports = servicePorts(wish);
  if (sessionAffinity !== '' && sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP')
    throw new UsageError(`unknown session affinity: ${sessionAffinity}`);
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: wish.name, ...(wish.namespace !== undefined && { namespace: wish.namespace }), ...(labels && { labels }) },
    spec: {
      ...(ports.length > 0 && { ports }),
      selector,
      ...(clusterIP !== '' && { clusterIP }),
      ...(type !== '' && { type }),
      ...(externalIP !== '' && { externalIPs: [externalIP] }),
      ...(sessionAffinity !== '' && { sessionAffinity }),
      ...(type === 'LoadBalancer' && loadBalancerIP !== '' && { loadBalancerIP }),
    },
    status: { loadBalancer: {} },
  };
}

interface Port {
  name?: string;
  protocol: string;
  port: number;
  targetPort: number | string;
}

/** Several ports get names; a port with several protocols becomes several. */
function servicePorts({ ports, protocol, protocols, targetPort, clusterIP }: ServiceWish): Port[] {
  if (ports === '') {
    if (clusterIP === 'None') return [];
    throw new UsageError("'ports' or 'port' is a required parameter");
  }
  const numbers = ports.split(',');
  return numbers.flatMap((text, i) => {
    const port = parseInteger(text);
    const target = targetPort === '' ? port : /^[-+]?[0-9]+$/.test(targetPort) ? Number(targetPort) : targetPort;
    const name = numbers.length > 1 ? { name: `port-${i + 1}` } : {};
    const own = protocols.get(text) ?? ['TCP'];
    if (protocol !== '' || own.length === 1) return [{ ...name, protocol: protocol || (own[0] as string), port, targetPort: target }];
    return own.map((p) => ({ name: `port-${i + 1}-${p.toLowerCase()}`, protocol: p, port, targetPort: target }));
  });
}

/** "a=b,c=d"; later ones win. */
export function parseLabelList(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const spec of text.split(',')) {
    const parts = spec.split('=');
    if (parts.length !== 2) throw new UsageError(`unexpected label spec: ${spec}`);
    const [key = '', value = ''] = parts;
    if (key === '') throw new UsageError('unexpected empty label key');
    labels[key] = value;
  }
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
