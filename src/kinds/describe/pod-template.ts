// "Pod Template:" in the description of a workload. Mirrors DescribePodTemplate of k8s.io/kubectl/pkg/describe/describe.go.
import { byText, sortedKeys } from '../../lib/go-format.js';
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import type { PodTemplateSpec, TopologySpreadConstraint } from '../../model/generated/api.js';
import { formatSelector } from '../labels.js';
import { writeContainers } from './containers.js';
import { writeAnnotations, writeLabels, writeMultiline, writeTolerations } from './lines.js';
import { writeVolumes } from './volumes.js';

export function writePodTemplate(w: PrefixWriter, template: PodTemplateSpec | undefined): void {
  w.write(0, 'Pod Template:\n');
  if (!template) {
    w.write(1, '<unset>');
    return;
  }
  const { metadata, spec } = template;
  writeLabels(w, '  Labels', metadata?.labels);
  if (sortedKeys(metadata?.annotations).length > 0) writeAnnotations(w, '  Annotations', metadata?.annotations);
  if (spec?.serviceAccountName) w.write(1, `Service Account:\t${spec.serviceAccountName}\n`);
  if (spec?.initContainers?.length) writeContainers(w, { label: 'Init Containers', containers: spec.initContainers, indent: '  ' });
  writeContainers(w, { label: 'Containers', containers: spec?.containers ?? [], indent: '  ' });
  writeVolumes(w, spec?.volumes, '  ');
  writeSpreadConstraints(w, spec?.topologySpreadConstraints, '  ');
  if (spec?.priorityClassName) w.write(1, `Priority Class Name:\t${spec.priorityClassName}\n`);
  writeLabels(w, '  Node-Selectors', spec?.nodeSelector);
  writeTolerations(w, '  Tolerations', spec?.tolerations);
}

export function writeSpreadConstraints(
  w: PrefixWriter,
  constraints: readonly TopologySpreadConstraint[] | undefined,
  indent: '' | '  ',
): void {
  if (!constraints?.length) return;
  const sorted = [...constraints].sort((a, b) => byText(a.topologyKey, b.topologyKey));
  const lines = sorted.map((c) => {
    const selector = c.labelSelector ? ` for selector ${formatSelector(c.labelSelector)}` : '';
    return `${c.topologyKey}:${c.whenUnsatisfiable} when max skew ${c.maxSkew} is exceeded${selector}`;
  });
  writeMultiline(w, `${indent}Topology Spread Constraints`, lines);
}
