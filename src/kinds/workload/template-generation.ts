// A DaemonSet's count of changes of its template; it was a field once, and is an annotation since apps/v1.
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation';
