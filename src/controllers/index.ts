// Every controller, in the order in which a settle() wakes them. Adding one: a file, a line here, a transcript.
import type { Controller } from '../model/controller.js';
import { daemonSet } from './daemon-set/index.js';
import { deployment } from './deployment/index.js';
import { endpointSliceMirroring } from './endpoint-slice-mirroring.js';
import { endpointSlice } from './endpoint-slice.js';
import { endpoints } from './endpoints.js';
import { eventTTL } from './event-ttl.js';
import { garbageCollector } from './garbage-collector.js';
import { ipAddress } from './ip-address.js';
import { kubeProxy } from './kube-proxy.js';
import { kubelet } from './kubelet/index.js';
import { loadBalancer } from './load-balancer.js';
import { namespace } from './namespace.js';
import { networkPlugin } from './network-plugin.js';
import { nodeLifecycle } from './node-lifecycle.js';
import { nodeStatus } from './node-status.js';
import { podGarbageCollector } from './pod-garbage-collector.js';
import { replicaSet } from './replica-set.js';
import { rootCA } from './root-ca.js';
import { scheduler } from './scheduler/index.js';
import { serviceAccount } from './service-account.js';
import { serviceCIDR } from './service-cidr.js';
import { staticPods } from './static-pods.js';
import { taintEviction } from './taint-eviction.js';

// biome-ignore format: one a line, so that additions do not collide
const list: readonly Controller[] = [
  namespace,
  serviceAccount,
  rootCA,
  eventTTL,
  garbageCollector,
  networkPlugin,
  nodeStatus,
  nodeLifecycle,
  podGarbageCollector,
  deployment,
  daemonSet,
  replicaSet,
  taintEviction,
  scheduler,
  staticPods,
  kubelet,
  kubeProxy,
  endpointSlice,
  endpoints,
  endpointSliceMirroring,
  ipAddress,
  serviceCIDR,
  loadBalancer,
];

/** A function, because commands that only read never ask for them. */
export const controllers = (): readonly Controller[] => list;
