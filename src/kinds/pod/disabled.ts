// Fields of features that are off in 1.36 unless their gate is opened: the API server forgets them. Mirrors dropDisabledFields
// of pkg/api/pod/util.go of Kubernetes.
import type { PodSpec } from '../../model/generated/api.js';

export function dropDisabledFields(spec: PodSpec): void {
  // GenericWorkload
  delete spec.schedulingGroup;
  for (const { projected } of spec.volumes ?? []) {
    // ClusterTrustBundleProjection, PodCertificateRequest
    for (const source of projected?.sources ?? []) {
      delete source.clusterTrustBundle;
      delete source.podCertificate;
    }
  }
}
