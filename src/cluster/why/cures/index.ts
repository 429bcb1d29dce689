// Which drafts are tried for which kind of failure, in this order: the first that makes the packet arrive is the cure.
import { noEndpoints } from '../../../network/no-endpoints.js';
import type { Cause } from '../../../model/packet.js';
import { named, type Scene, serviceNamed } from '../scene.js';
import { realias, resolver, restoreCorefile } from './dns.js';
import { type Draft, scale, type Search } from './draft.js';
import { openUp } from './loopback.js';
import { egress, ingress } from './policy.js';
import { declare, nodePort, protocol, retarget } from './ports.js';
import { ready } from './ready.js';
import { narrow, reselect } from './selector.js';
import { admit, cluster, dual, proxied } from './traffic.js';

const wake: Search = (scene) => {
  const told = named(scene.culprit?.object);
  const idle = told && scene.net.reader.get('Deployment.apps', told.namespace, told.name);
  return idle ? [scale(scene, idle, 1)] : [];
};

/** A name without addresses may be a headless Service's whose Pods are missing. */
const behindName: Search = (scene) => {
  const service = serviceNamed(scene.net, scene.goal);
  const port = service?.spec.ports?.[0];
  if (!service || service.spec.clusterIP !== 'None' || !port) return [];
  const culprit = noEndpoints(scene.net.reader, { service, port });
  return culprit.cause === 'dns-name' ? [] : drafts({ ...scene, culprit, service, port });
};

const searches: Readonly<Record<Cause, readonly Search[]>> = {
  'no-selector': [reselect],
  'selector-matches-nothing': [reselect],
  'pods-not-ready': [ready],
  'scaled-to-zero': [wake],
  'named-port-missing': [retarget],
  'port-not-declared': [declare],
  'protocol-not-declared': [protocol],
  'nothing-listens': [narrow, retarget, nodePort],
  'listens-on-loopback': [openUp, narrow],
  'no-local-endpoint': [cluster],
  'source-range': [admit],
  'not-programmed': [proxied],
  'no-route': [reselect],
  'cluster-ip-from-outside': [],
  'policy-ingress': [ingress],
  'policy-egress': [egress],
  'node-down': [],
  hairpin: [],
  'ping-cluster-ip': [],
  'dns-name': [behindName, realias, resolver],
  'dns-unreachable': [resolver],
  'dns-server-failure': [restoreCorefile],
  family: [dual],
};

export function* drafts(scene: Scene): Iterable<Draft> {
  const { culprit } = scene;
  // A nameserver outside the cluster names no culprit: it knows nothing of it.
  if (scene.failure.trace.question && !culprit?.cause) yield* resolver(scene);
  if (culprit?.cause) for (const search of searches[culprit.cause]) yield* search(scene);
}
