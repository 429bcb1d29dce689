// The flags every command takes, and what they can mean for a cluster that is a file. Mirrors `kubectl options`.
// Two lists: those that have a meaning here (or truly none in kubectl either), and those that would need a server, credentials or a kubeconfig.
import type { Flag } from '../model/verb.js';
import { notSimulated, UsageError } from './errors.js';
import type { ParsedArgv } from './flags.js';

const text = (name: string, usage: string, more: Partial<Flag> = {}): Flag => ({ name, type: 'string', default: '', usage, ...more });
const list = (name: string, usage: string): Flag => ({ name, type: 'stringArray', default: '[]', usage });

/** The name of the one context there is. */
export const contextName = 'kubelab';

export const globalFlags: readonly Flag[] = [
  text('as', 'Name to act under.'),
  list('as-group', 'Group to act under; may be repeated.'),
  text('as-uid', 'UID to act under.'),
  list('as-user-extra', 'Extra to act under; may be repeated.'),
  text('cache-dir', 'Where kubectl keeps discovery data. kubelab keeps none.'),
  text('certificate-authority', 'Certificate file of the authority.'),
  text('client-certificate', 'Certificate file of the client.'),
  text('client-key', 'Key file of the client.'),
  text('cluster', 'Cluster of the kubeconfig to use.'),
  text('context', 'Context to use.'),
  { name: 'disable-compression', type: 'bool', default: 'false', usage: 'Whether responses travel uncompressed. Nothing travels here.' },
  { name: 'insecure-skip-tls-verify', type: 'bool', default: 'false', usage: 'Whether to trust any certificate.' },
  text('kubeconfig', 'Kubeconfig file to use.'),
  text('kuberc', 'Preferences file to use.'),
  { name: 'log-flush-frequency', type: 'duration', default: '5s', usage: 'Seconds between writes of the log.' },
  { name: 'match-server-version', type: 'bool', default: 'false', usage: 'Whether the versions of client and server must be the same.' },
  text('namespace', 'Namespace the command works in.', { short: 'n' }),
  text('password', 'Password for basic authentication.'),
  text('profile', 'Profile to record.', { default: 'none' }),
  text('profile-output', 'File a profile is written to.', { default: 'profile.pprof' }),
  text('request-timeout', 'How long to wait for one request: 0, 30, 1s, 2m. Requests are answered at once here.', { default: '0' }),
  text('server', 'Address of the API server.', { short: 's' }),
  text('tls-server-name', 'Name to expect in the certificate.'),
  text('token', 'Bearer token.'),
  text('user', 'User of the kubeconfig to use.'),
  text('username', 'User name for basic authentication.'),
  { name: 'v', short: 'v', type: 'int', default: '0', usage: 'How much to log.' },
  text('vmodule', 'How much to log, by source file.'),
  { name: 'warnings-as-errors', type: 'bool', default: 'false', usage: 'Whether a warning of the server is an error.' },
];

export const helpFlag: Flag = {
  name: 'help',
  short: 'h',
  type: 'bool',
  default: 'false',
  usage: 'Shows the help of the command.',
  hidden: true,
};

/** Why a flag of kubectl has no meaning here. */
const refused: Readonly<Record<string, string>> = {
  as: 'authentication and impersonation',
  'as-group': 'authentication and impersonation',
  'as-uid': 'authentication and impersonation',
  'as-user-extra': 'authentication and impersonation',
  'certificate-authority': 'TLS to a server',
  'client-certificate': 'TLS to a server',
  'client-key': 'TLS to a server',
  'insecure-skip-tls-verify': 'TLS to a server',
  kubeconfig: 'kubeconfig files (the cluster is the file $KUBELAB_CLUSTER)',
  kuberc: 'kuberc files',
  password: 'authentication',
  'profile-output': 'profiling of the client',
  server: 'connecting to a server (the cluster is the file $KUBELAB_CLUSTER)',
  'tls-server-name': 'TLS to a server',
  token: 'authentication',
  username: 'authentication',
  vmodule: 'the client log',
};

const serverFirst: ReadonlySet<string> = new Set([
  'api-resources',
  'api-versions',
  'apply',
  'auth can-i',
  'cluster-info',
  'cordon',
  'diff',
  'drain',
  'explain',
  'expose',
  'replace',
  'run',
  'set env',
  'uncordon',
  'version',
  'wait',
]);

/** Does the verb look for the server before it looks for the namespace? kubectl words what is not there in its kubeconfig otherwise then. */
export const asksServerFirst = (verbId: string): boolean => serverFirst.has(verbId) || /^create( |$)/.test(verbId);

/** Throws when a flag was given that kubelab cannot honour. The verb's own flags of the same name mean something else. */
export function checkGlobals({ given, flags }: ParsedArgv, verb: { readonly id: string; readonly flags: readonly Flag[] }): void {
  for (const [name, value] of given) if (refused[name] && value !== '') throw notSimulated(`--${name}: ${refused[name]}`);
  if (flags.int('v') > 5) throw notSimulated('--v above 5: requests do not travel over HTTP');
  if (flags.string('profile') !== 'none') throw notSimulated('--profile: profiling of the client');
  if (!/^-?\d+$/.test(flags.string('request-timeout')) && !/^-?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(flags.string('request-timeout')))
    throw new UsageError(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    );
  const unknown = (flag: string): string | undefined =>
    verb.flags.some((f) => f.name === flag) || flags.string(flag) === '' || flags.string(flag) === contextName
      ? undefined
      : flags.string(flag);
  const [cluster, user] = ['cluster', 'user'].map(unknown);
  if (user !== undefined) throw new UsageError(`auth info ${JSON.stringify(user)} does not exist`);
  if (cluster !== undefined)
    throw new UsageError(
      asksServerFirst(verb.id)
        ? `cluster ${JSON.stringify(cluster)} does not exist`
        : `no server found for cluster ${JSON.stringify(cluster)}`,
    );
}
