// ServiceAccount. Mirrors pkg/registry/core/serviceaccount, pkg/printers and kubectl's ServiceAccountDescriber.
import { tabbed } from '../lib/prefix-writer.js';
import type { ServiceAccount } from '../model/generated/api.js';
import { allVerbs, type DescribeContext, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn } from './columns.js';
import { eventsOf, writeEvents } from './describe/events.js';
import { writeHead } from './describe/lines.js';

export const serviceAccount: Kind<ServiceAccount> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    singular: 'serviceaccount',
    shortNames: ['sa'],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'ServiceAccount',
  hasGeneration: false,
  prepareCreate: keepNames,
  prepareUpdate: keepNames,
  warnings: (obj, old) =>
    obj.metadata.annotations?.[mountable] === undefined || old?.metadata.annotations?.[mountable] !== undefined
      ? []
      : [`metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`],
  columns: [nameColumn, ageColumn],
  describe,
};

const mountable = 'kubernetes.io/enforce-mountable-secrets';

/** Of its Secrets only the names are kept. */
function keepNames(obj: ServiceAccount): void {
  if (obj.secrets) obj.secrets = obj.secrets.map(({ name }) => (name ? { name } : {}));
}

function describe(obj: ServiceAccount, ctx: DescribeContext): string {
  return tabbed((w) => {
    writeHead(w, obj);
    const header = 'Image pull secrets:';
    const pulls = (obj.imagePullSecrets ?? []).map((s) => s.name ?? '');
    if (pulls.length === 0) w.line(0, header, '<none>');
    for (const [i, name] of pulls.entries()) w.line(0, i === 0 ? header : ' '.repeat(header.length), name);
    writeEvents(w, eventsOf(obj, ctx), ctx.now);
  });
}
