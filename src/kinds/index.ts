// Every kind of the cluster. Adding one: a file, a line here, a transcript.
import { groupKindFor, type Kind } from '../model/kind.js';
import type { GroupKind } from '../model/object.js';
import { configMap } from './config-map.js';
import { controllerRevision } from './controller-revision.js';
import { daemonSet } from './daemon-set.js';
import { deployment } from './deployment.js';
import { endpointSlice } from './endpoint-slice/index.js';
import { endpoints } from './endpoints.js';
import { event } from './event.js';
import { ipAddress } from './ip-address.js';
import { lease } from './lease.js';
import { namespace } from './namespace.js';
import { networkPolicy } from './network-policy/index.js';
import { node } from './node/index.js';
import { pod } from './pod/index.js';
import { replicaSet } from './replica-set.js';
import { secret } from './secret.js';
import { serviceAccount } from './service-account.js';
import { serviceCIDR } from './service-cidr.js';
import { service } from './service/index.js';

// biome-ignore format: one a line, so that additions do not collide
const list: readonly Kind[] = [
  configMap,
  controllerRevision,
  daemonSet,
  deployment,
  endpointSlice,
  endpoints,
  event,
  ipAddress,
  lease,
  namespace,
  networkPolicy,
  node,
  pod,
  replicaSet,
  secret,
  serviceAccount,
  serviceCIDR,
  service,
];

export const kinds: ReadonlyMap<GroupKind, Kind> = new Map(list.map((k) => [groupKindFor(k), k]));
