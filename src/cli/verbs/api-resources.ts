// kubectl api-resources: what the server serves. Mirrors k8s.io/kubectl/pkg/cmd/apiresources/apiresources.go.
import { byText, goJSON } from '../../lib/go-format.js';
import { toKyaml } from '../../lib/yaml/kyaml.js';
import { toYaml } from '../../lib/yaml/write.js';
import { table } from '../../lib/tabwriter.js';
import type { APIResource } from '../../model/request.js';
import type { FlagValues, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';
import { typeName } from '../mapper.js';
import { noArguments } from '../no-arguments.js';
import { unknownFormat } from '../print/printer.js';

export const apiResources: Verb<Client> = {
  id: 'api-resources',
  use: 'api-resources [flags]',
  short: 'Print the supported API resources on the server',
  example: `
    # All types, then those of one group
    kubectl api-resources
    kubectl api-resources --api-group=apps -o wide`,
  flags: [
    { name: 'api-group', type: 'string', default: '', usage: 'Only types of this API group.' },
    { name: 'cached', type: 'bool', default: 'false', usage: 'Whether to use the discovery cache. There is none here.' },
    { name: 'categories', type: 'stringSlice', default: '[]', usage: 'Only types that are in all of these categories.' },
    { name: 'namespaced', type: 'bool', default: 'true', usage: 'Only types that live in namespaces; with false only the others.' },
    { name: 'no-headers', type: 'bool', default: 'false', usage: 'Leave out the line of headings.' },
    { name: 'output', short: 'o', type: 'string', default: '', usage: 'Output format. One of: (json, yaml, name, wide).' },
    { name: 'show-managed-fields', type: 'bool', default: 'false', usage: 'Has no effect: what is printed has no managedFields.' },
    { name: 'sort-by', type: 'string', default: '', usage: "Sort by 'name' or 'kind'." },
    { name: 'verbs', type: 'stringSlice', default: '[]', usage: 'Only types that allow all of these verbs.' },
  ],
  run({ args, flags, io, client }) {
    noArguments({ args });
    const output = flags.string('output');
    const sortBy = flags.string('sort-by');
    if (!['', ...formats].includes(output)) throw unknownFormat(output, formats);
    if (!['', 'name', 'kind'].includes(sortBy)) throw new UsageError('--sort-by accepts only name or kind');
    const found = chosen(client.mapper.resources, flags);
    const sorted = [...found].sort((a, b) => byText(sortKey(a, sortBy), sortKey(b, sortBy)) || byText(a.plural, b.plural));
    io.out(print(sorted, output, flags.bool('no-headers')));
  },
};

const formats = ['json', 'kyaml', 'name', 'wide', 'yaml'];

/** By default the group, and the name within it. */
const sortKey = (r: APIResource, by: string): string => (by === 'kind' ? r.kind : by === 'name' ? r.plural : r.group);

function chosen(resources: readonly APIResource[], flags: FlagValues): APIResource[] {
  const all = (wanted: readonly string[], has: readonly string[]): boolean => wanted.every((w) => has.includes(w));
  return resources.filter(
    (r) =>
      (!flags.changed('api-group') || r.group === flags.string('api-group')) &&
      (!flags.changed('namespaced') || r.namespaced === flags.bool('namespaced')) &&
      all(flags.strings('verbs'), r.verbs) &&
      all(flags.strings('categories'), r.categories),
  );
}

function print(resources: readonly APIResource[], output: string, noHeaders: boolean): string {
  if (output === 'name') return resources.map((r) => `${typeName(r)}\n`).join('');
  if (output === 'json') return `${goJSON(asList(resources), '    ')}\n`;
  if (output === 'yaml') return toYaml(asList(resources));
  if (output === 'kyaml') return toKyaml(asList(resources));
  const wide = output === 'wide';
  const headings = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])];
  const rows = resources.map((r) => [
    r.plural,
    r.shortNames.join(','),
    apiVersion(r),
    String(r.namespaced),
    r.kind,
    ...(wide ? [r.verbs.join(','), r.categories.join(',')] : []),
  ]);
  return table(noHeaders ? rows : [headings, ...rows]);
}

const apiVersion = (r: APIResource): string => (r.group === '' ? r.version : `${r.group}/${r.version}`);

/** metav1.APIResourceList */
const asList = (resources: readonly APIResource[]): unknown => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: '',
  resources: resources.map((r) => ({
    name: r.plural,
    singularName: r.singular,
    namespaced: r.namespaced,
    version: r.version,
    kind: r.kind,
    verbs: r.verbs,
    ...(r.group !== '' && { group: r.group }),
    ...(r.shortNames.length > 0 && { shortNames: r.shortNames }),
    ...(r.categories.length > 0 && { categories: r.categories }),
  })),
});
