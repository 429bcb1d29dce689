// What the cluster serves, in discovery's order, which is the order in which clients prefer what goes by the same name.
// Mirrors the group priorities of pkg/controlplane/apiserver/aggregator.go.
import { byText } from '../lib/go-format.js';
import type { Kind } from '../model/kind.js';
import type { Json } from '../model/object.js';
import type { APIResource, Reply, Request } from '../model/request.js';
import { failure } from '../model/status.js';
import { openapi } from './openapi.js';
import type { Session } from './session.js';

/** Groups by priority; those of custom resources come last. */
const groups = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

/** `discover`: "" is the list of resources, "version" the server's, "openapi" the schema of the resource `name` of `group`. */
export function discover(session: Session, request: Request): Reply['body'] {
  const kinds = [...session.core.kinds.values()];
  if (request.resource === '') return kinds.sort(byPriority).map(resourceOf) as unknown as Json;
  if (request.resource === 'version') return versionInfo(session.core.config.version);
  const kind = kinds.find((k) => k.names.group === request.group && k.names.plural === request.name);
  if (request.resource !== 'openapi' || !kind) throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
  return openapi(kind) as unknown as Json;
}

/** version.Info of "v1.36.3"; what tells of a build is left empty, for there was none. */
function versionInfo(gitVersion: string): Record<string, string> {
  const [major = '', minor = ''] = gitVersion.replace(/^v/, '').split('.');
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  };
}

const resourceOf = (kind: Kind): APIResource => ({ ...kind.names, verbs: kind.verbs });

const priority = ({ names }: Kind): number => (groups.includes(names.group) ? groups.indexOf(names.group) : groups.length);

const byPriority = (a: Kind, b: Kind): number =>
  priority(a) - priority(b) || byText(a.names.group, b.names.group) || byText(a.names.plural, b.names.plural);
