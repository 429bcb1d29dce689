// What `explain` says of types and fields: taken at build time out of kubernetes-models' declarations (generated from Kubernetes' OpenAPI),
// never committed. One JSON object: our type name -> { text, fields: { name: text }, enums: { name: values } }.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which folders hold our types; where a name stands in several, the first one is ours, the prefixed name the other's. */
const folders = [
  ['', 'kubernetes-models/v1'],
  ['', '@kubernetes-models/apimachinery/apis/meta/v1'],
  ['', '@kubernetes-models/apimachinery/api/resource'],
  ['', '@kubernetes-models/apimachinery/util/intstr'],
  ['', '@kubernetes-models/apimachinery/runtime'],
  ['', 'kubernetes-models/apps/v1'],
  ['Discovery', 'kubernetes-models/discovery.k8s.io/v1'],
  ['EventsV1', 'kubernetes-models/events.k8s.io/v1'],
  ['Networking', 'kubernetes-models/networking.k8s.io/v1'],
  ['', 'kubernetes-models/batch/v1'],
  ['', 'kubernetes-models/autoscaling/v2'],
  ['AutoscalingV1', 'kubernetes-models/autoscaling/v1'],
  ['', 'kubernetes-models/policy/v1'],
  ['', 'kubernetes-models/rbac.authorization.k8s.io/v1'],
  ['Storage', 'kubernetes-models/storage.k8s.io/v1'],
  ['', 'kubernetes-models/scheduling.k8s.io/v1'],
  ['Node', 'kubernetes-models/node.k8s.io/v1'],
  ['', 'kubernetes-models/coordination.k8s.io/v1'],
  ['Certificates', 'kubernetes-models/certificates.k8s.io/v1'],
];

export function descriptions(root) {
  const out = {};
  for (const [prefix, folder] of folders) {
    const dir = join(root, 'node_modules', folder);
    if (!existsSync(dir)) throw new Error(`${folder} is not installed`);
    for (const file of readdirSync(dir)) {
      if (!file.endsWith('.d.ts') || file.startsWith('index') || file.endsWith('List.d.ts')) continue;
      const name = file.slice(0, -5);
      const ours = out[name] ? `${prefix}${name}` : name;
      out[ours] ??= describe(readFileSync(join(dir, file), 'utf8'));
    }
  }
  const everywhere = typeMeta(root);
  for (const type of Object.values(out)) if (type.fields.metadata) Object.assign(type.fields, { ...everywhere, ...type.fields });
  return out;
}

/** kind and apiVersion say the same in every type, and kubernetes-models leaves it out: the generated client has it. */
function typeMeta(root) {
  const text = readFileSync(join(root, 'node_modules/@kubernetes/client-node/dist/gen/models/V1ConfigMap.d.ts'), 'utf8');
  const of = (name) => new RegExp(`\\* (.*)\\n\\s*\\*/\\n\\s*'${name}'`).exec(text)?.[1];
  return { apiVersion: of('apiVersion'), kind: of('kind') };
}

function describe(text) {
  const head = /\/\*\*\n((?: \*.*\n)*?) \*\/\nexport (?:interface|type) /.exec(text);
  const body = /^export interface \w+[^{]*\{\n([\s\S]*?)^\}/m.exec(text)?.[1] ?? '';
  const fields = {};
  const enums = {};
  for (const m of body.matchAll(/^ {4}(?:\/\*\*\n((?: {5}\*.*\n)*?) {5}\*\/\n {4})?"?([\w$-]+)"?\??: ([^\n]*)/gm)) {
    const [, comment, name, type] = m;
    if (comment) fields[name] = prose(comment);
    const values = [...type.replace(/;$/, '').matchAll(/"([^"]*)"/g)].map((v) => v[1]);
    if ((values.length > 1 || (name !== 'kind' && name !== 'apiVersion')) && /^"[^"]*"(?: \| "[^"]*")*;$/.test(type)) enums[name] = values;
  }
  return { text: head ? prose(head[1]) : '', fields, ...(Object.keys(enums).length > 0 && { enums }) };
}

/** The text of a comment: stars and the escapes of stars taken away. */
const prose = (comment) =>
  comment
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .filter((line) => !line.startsWith('@'))
    .join('\n')
    .replace(/\\([*/])/g, '$1');
