// Every container of a PodSpec, the ephemeral ones too, in the order in which the API server looks at them.
// Mirrors VisitContainersWithPath of pkg/api/pod/util.go of Kubernetes.
import type { Container, EphemeralContainer, PodSpec } from '../../model/generated/api.js';

interface Visited {
  readonly c: Container | EphemeralContainer;
  /** "spec.initContainers[0]" */
  readonly at: string;
}

/** `path` is that of the spec. */
export const visitContainers = (spec: PodSpec, path: string): Visited[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((c, i) => ({ c, at: `${path}.${list}[${i}]` })),
  );
