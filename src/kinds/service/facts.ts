// What the fields of a Service mean together; asked by its validation, allocation, controllers and describe.
// Mirrors pkg/api/v1/service/util.go and pkg/apis/core/v1/helper.
import type { Service } from '../../model/generated/api.js';

// The labels by which slices and Endpoints tell whose they are. Mirrors k8s.io/api/discovery/v1/well_known_labels.go.
export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror';
export const headlessLabel = 'service.kubernetes.io/headless';

/** What controllers write into managedByLabel. */
export const sliceController = 'endpointslice-controller.k8s.io';
export const mirrorController = 'endpointslicemirroring-controller.k8s.io';

/** Has a virtual IP: neither headless nor without one (ExternalName). */
export const hasClusterIP = (s: Service): boolean => !!s.spec.clusterIP && s.spec.clusterIP !== 'None';

export const isHeadless = (s: Service): boolean => s.spec.clusterIPs?.length === 1 && s.spec.clusterIPs[0] === 'None';

export const needsClusterIP = (s: Service): boolean => s.spec.type !== 'ExternalName';

export const needsNodePort = (s: Service): boolean => s.spec.type === 'NodePort' || s.spec.type === 'LoadBalancer';

const isLocal = (s: Service): boolean => s.spec.externalTrafficPolicy === 'Local';

/** A load balancer that asks each node whether it has endpoints. */
export const needsHealthCheck = (s: Service): boolean => s.spec.type === 'LoadBalancer' && isLocal(s);

/** Reached from outside the cluster: then externalTrafficPolicy means something. */
export const externallyAccessible = (s: Service): boolean =>
  needsNodePort(s) || (s.spec.type === 'ClusterIP' && (s.spec.externalIPs?.length ?? 0) > 0);

export const hasSelector = (s: Service): boolean => Object.keys(s.spec.selector ?? {}).length > 0;

/** The node ports of its ports, as a set. */
export const nodePorts = (s: Service): Set<number> => new Set((s.spec.ports ?? []).flatMap((p) => (p.nodePort ? [p.nodePort] : [])));
