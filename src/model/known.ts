// GroupKind -> type, so that reader.get('Pod', ...) is a Pod. Kinds that are not here are plain KubeObjects.
import type * as api from './generated/api.js';
import type { KubeObject } from './object.js';

export interface KnownKinds {
  Namespace: api.Namespace;
  Node: api.Node;
  Pod: api.Pod;
  Service: api.Service;
  Endpoints: api.Endpoints;
  'EndpointSlice.discovery.k8s.io': api.EndpointSlice;
  'ReplicaSet.apps': api.ReplicaSet;
  'Deployment.apps': api.Deployment;
  'DaemonSet.apps': api.DaemonSet;
  'ControllerRevision.apps': api.ControllerRevision;
  ConfigMap: api.ConfigMap;
  Secret: api.Secret;
  ServiceAccount: api.ServiceAccount;
  Event: api.Event;
  'NetworkPolicy.networking.k8s.io': api.NetworkPolicy;
  'ServiceCIDR.networking.k8s.io': api.ServiceCIDR;
  'IPAddress.networking.k8s.io': api.IPAddress;
}

/** The type behind a GroupKind. */
export type Known<K extends string> = K extends keyof KnownKinds ? KnownKinds[K] & KubeObject : KubeObject;
