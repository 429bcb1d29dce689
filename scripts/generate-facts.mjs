// Writes src/model/generated/schema.ts: per API type its fields in Go's order with Go type, omitempty, requiredness, patch and list keys.
// These facts decide what strict decoding says, which zero values are printed, and how patches merge lists. Source: the Go modules themselves,
//   go mod download k8s.io/api@v0.36.3 k8s.io/apimachinery@v0.36.3 && node scripts/generate-facts.mjs
// The text form is explained in src/model/schema.ts.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const version = 'v0.36.3';
const cache = join(execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim(), 'k8s.io');
const folder = (pkg) => join(cache, pkg.replace(/^k8s\.io\/(apimachinery|api)/, `$1@${version}`));

const meta = 'k8s.io/apimachinery/pkg/apis/meta/v1';
const core = 'k8s.io/api/core/v1';
const api = (group) => `k8s.io/api/${group}`;
// Kinds of the served API. A name that a later package would take again gets the prefix in front.
const roots = [
  [meta, 'Meta', ['ObjectMeta', 'TypeMeta', 'Status', 'DeleteOptions', 'LabelSelector', 'ListMeta']],
  [
    core,
    '',
    [
      'Namespace',
      'Node',
      'Pod',
      'PodTemplate',
      'Service',
      'Endpoints',
      'ReplicationController',
      'ConfigMap',
      'Secret',
      'ServiceAccount',
      'Event',
      'PersistentVolume',
      'PersistentVolumeClaim',
      'LimitRange',
      'ResourceQuota',
      'Binding',
      'ComponentStatus',
    ],
  ],
  [api('apps/v1'), '', ['ReplicaSet', 'Deployment', 'DaemonSet', 'StatefulSet', 'ControllerRevision']],
  [api('discovery/v1'), 'Discovery', ['EndpointSlice']],
  [api('events/v1'), 'EventsV1', ['Event']],
  [api('networking/v1'), 'Networking', ['ServiceCIDR', 'IPAddress', 'Ingress', 'IngressClass', 'NetworkPolicy']],
  [api('batch/v1'), '', ['Job', 'CronJob']],
  [api('autoscaling/v2'), '', ['HorizontalPodAutoscaler']],
  [api('autoscaling/v1'), 'AutoscalingV1', ['HorizontalPodAutoscaler', 'Scale']],
  [api('policy/v1'), '', ['PodDisruptionBudget', 'Eviction']],
  [api('rbac/v1'), '', ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']],
  [
    api('storage/v1'),
    'Storage',
    ['StorageClass', 'CSIDriver', 'CSINode', 'CSIStorageCapacity', 'VolumeAttachment', 'VolumeAttributesClass'],
  ],
  [api('scheduling/v1'), '', ['PriorityClass']],
  [api('node/v1'), 'Node', ['RuntimeClass']],
  [api('coordination/v1'), '', ['Lease']],
  [api('certificates/v1'), 'Certificates', ['CertificateSigningRequest']],
];

// Types with their own UnmarshalJSON: leaves here, rules in src/model/unmarshal.ts.
const leaves = {
  Quantity: 'resource.Quantity',
  IntOrString: 'intstr.IntOrString',
  Time: 'v1.Time',
  MicroTime: 'v1.MicroTime',
  Duration: 'v1.Duration',
  RawExtension: 'runtime.RawExtension',
  FieldsV1: 'v1.FieldsV1',
};
const builtin = new Set(['string', 'bool', 'int', 'int8', 'int16', 'int32', 'int64', 'uint32', 'uint64', 'float32', 'float64', 'byte']);

const packages = new Map();
/** Declared types (name -> {doc, body} | {alias}) and imports (alias -> path) of a package's types files. */
function read(pkg) {
  if (packages.has(pkg)) return packages.get(pkg);
  const files = pkg.endsWith('/types') ? ['uid.go'] : pkg === core ? ['types.go'] : pkg === meta ? ['types.go'] : ['types.go'];
  const declared = new Map();
  const imports = new Map();
  for (const file of files) {
    const text = readFileSync(join(folder(pkg), file), 'utf8');
    for (const m of text.matchAll(/^\s+(?:(\w+) )?"(k8s\.io\/[^"]+)"$/gm)) imports.set(m[1] ?? m[2].split('/').at(-1), m[2]);
    for (const m of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) declared.set(m[1], { body: m[2] });
    for (const m of text.matchAll(/^type (\w+) struct ?\{\}/gm)) declared.set(m[1], { body: '' });
    for (const m of text.matchAll(/^type (\w+) ([\w.[\]*]+)$/gm)) declared.set(m[1], { alias: m[2] });
  }
  packages.set(pkg, { declared, imports });
  return packages.get(pkg);
}

const types = new Map(); // our name -> text
const names = {}; // our name -> how Go prints it, where that is not "v1." + our name
const owner = new Map(); // our name -> package
const prefixes = new Map(roots.map(([pkg, prefix]) => [pkg, prefix]));

function ourName(pkg, name) {
  const taken = owner.get(name);
  const ours = taken === undefined || taken === pkg ? name : `${prefixes.get(pkg)}${name}`;
  if (owner.has(ours) && owner.get(ours) !== pkg) throw new Error(`${ours} of ${pkg} is already of ${owner.get(ours)}`);
  owner.set(ours, pkg);
  return ours;
}

/** Go's type expression in terms of our names; visits what it mentions. */
function resolve(pkg, expr) {
  if (expr.startsWith('*')) return `*${resolve(pkg, expr.slice(1))}`;
  if (expr.startsWith('[]')) return `[]${resolve(pkg, expr.slice(2))}`;
  const map = /^map\[([\w.]+)\](.+)$/.exec(expr);
  if (map) return `map[${resolve(pkg, map[1])}]${resolve(pkg, map[2])}`;
  if (builtin.has(expr)) return expr;
  const [alias, local] = expr.includes('.') ? expr.split('.') : [undefined, expr];
  const home = alias ? read(pkg).imports.get(alias) : pkg;
  if (leaves[local] && home !== core) {
    names[local] = leaves[local];
    return local;
  }
  if (!home) throw new Error(`${pkg}: who is ${expr}?`);
  return visit(home, local);
}

function visit(pkg, name) {
  const ours = ourName(pkg, name);
  if (types.has(ours)) return ours;
  const printed = `${pkg.split('/').at(-1)}.${name}`;
  if (printed !== `v1.${ours}`) names[ours] = printed;
  types.set(ours, '');
  const found = read(pkg).declared.get(name);
  if (!found) throw new Error(`${pkg} declares no ${name}`);
  types.set(ours, found.alias ? `:${resolve(pkg, found.alias)}` : fields(pkg, found.body));
  return ours;
}

function fields(pkg, body) {
  const out = [];
  let comments = [];
  for (const line of body.split('\n').map((l) => l.trim())) {
    if (line.startsWith('//')) {
      comments.push(line);
      continue;
    }
    const m = /^(?:(\w+)\s+)?(\S+)\s+`json:"([^"]*)"([^`]*)`/.exec(line);
    if (m) out.push(field(pkg, comments, m));
    if (m || line === '') comments = line === '' && !m ? comments : [];
  }
  return out.join(' ');
}

function field(pkg, comments, [, goField, expr, json, tags]) {
  const [name, ...options] = json.split(',');
  const type = resolve(pkg, expr);
  if (options.includes('inline') || name === '') return `+${type}`;
  const mark = (key) =>
    comments
      .map((c) => new RegExp(`^// ?\\+${key}=?(\\S*)`).exec(c))
      .filter(Boolean)
      .map((c) => c[1]);
  const optional = options.includes('omitempty') || options.includes('omitzero') || mark('optional').length > 0;
  const needed = mark('required').length > 0 || !optional;
  const flags = `${options.includes('omitempty') ? '?' : ''}${options.includes('omitzero') ? '~' : ''}${needed ? '!' : ''}`;
  const strategy = /patchStrategy:"([^"]*)"/.exec(tags)?.[1];
  const key = /patchMergeKey:"([^"]*)"/.exec(tags)?.[1];
  const plain = `${name[0].toUpperCase()}${name.slice(1)}`;
  // An embedded struct is called as its type is.
  const goName = goField ?? expr.split('.').at(-1);
  const own = goName === plain ? '' : `:${goName}`;
  const list = mark('listType')[0] ?? mark('mapType')[0] ?? mark('structType')[0];
  const listKeys = mark('listMapKey');
  return `${name}:${flags}:${type}${own}${strategy ? `@${strategy}${key ? `/${key}` : ''}` : ''}${list ? `#${list}${listKeys.map((k) => `/${k}`).join('')}` : ''}`;
}

for (const [pkg, , kinds] of roots) for (const kind of kinds) visit(pkg, kind);
for (const leaf of Object.keys(names)) if (!types.has(leaf)) types.set(leaf, '');
const lines = [...types]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, text]) => `${name}${names[name] ? `=${names[name]}` : ''} ${text}`.trimEnd());
const head = `// Generated by scripts/generate-facts.mjs from k8s.io/api and k8s.io/apimachinery ${version}: do not edit. Read by ../schema.ts.\n`;
const text = `${head}export const facts = \`\n${lines.join('\n')}\n\`;\n`;
writeFileSync(new URL('../src/model/generated/schema.ts', import.meta.url), text);
console.log(`${types.size} types, ${text.length} bytes`);
