// kubectl create secret generic|tls|docker-registry.
// Mirrors pkg/cmd/create (create_secret.go, create_secret_tls.go, create_secret_docker.go).
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isConfigMapKey } from '../../../lib/names.js';
import type { KubeObject } from '../../../model/object.js';
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { fileProblem } from '../../manifest/index.js';
import { contentHash, type KeyValue, keyValueFlags, keyValues } from './key-values.js';
import { createFlags, createTyped, inOrder, metadata, nameOf } from './typed.js';

const text = (name: string, usage: string, value = ''): Flag => ({ name, type: 'string', default: value, usage });
const hashFlag = keyValueFlags.find((f) => f.name === 'append-hash') as Flag;
const fileFlag = keyValueFlags.find((f) => f.name === 'from-file') as Flag;

const verb = (
  kind: string,
  more: Pick<Verb<Client>, 'use' | 'short' | 'flags'>,
  content: (invocation: Invocation<Client>) => { type: string; entries: Iterable<KeyValue> },
  failure = 'failed to create secret ',
): Verb<Client> => ({
  ...more,
  id: `create secret ${kind}`,
  flags: [...createFlags, ...more.flags],
  run: (invocation) =>
    createTyped(invocation, () => {
      const name = nameOf(invocation);
      const { type, entries } = content(invocation);
      return { group: '', version: 'v1', plural: 'secrets', failure, object: secret(name, type, entries, invocation) };
    }),
});

export const createSecretGeneric = verb(
  'generic',
  {
    use: 'generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
    short: 'Create a secret from a local file, directory, or literal value',
    flags: [...keyValueFlags, text('type', 'The type of the secret.')],
  },
  ({ flags, io }) => ({ type: flags.string('type'), entries: keyValues(flags, io) }),
);

export const createSecretTLS = verb(
  'tls',
  {
    use: 'tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
    short: 'Create a TLS secret',
    flags: [hashFlag, text('cert', 'Path of the certificate, in PEM.'), text('key', 'Path of the private key, in PEM.')],
  },
  (invocation) => ({ type: 'kubernetes.io/tls', entries: keyPair(invocation) }),
);

export const createSecretDockerRegistry = verb(
  'docker-registry',
  {
    use: 'docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
    short: 'Create a secret for use with a Docker registry',
    flags: [
      hashFlag,
      fileFlag,
      text('docker-email', 'Email for the registry.'),
      text('docker-password', 'Password for the registry.'),
      text('docker-server', 'Address of the registry.', 'https://index.docker.io/v1/'),
      text('docker-username', 'User name for the registry.'),
    ],
  },
  (invocation) => ({ type: 'kubernetes.io/dockerconfigjson', entries: dockerConfig(invocation) }),
);

function secret(name: string, type: string, entries: Iterable<KeyValue>, invocation: Invocation<Client>): KubeObject {
  const data: Record<string, string> = {};
  for (const { key, value } of entries) {
    const errors = isConfigMapKey(key);
    if (errors.length > 0) throw new UsageError(`${JSON.stringify(key)} is not valid key name for a Secret ${errors.join(';')}`);
    if (key in data) throw new UsageError(`cannot add key ${key}, another key by that name already exists`);
    data[key] = value.toString('base64');
  }
  const suffix = invocation.flags.bool('append-hash') ? `-${contentHash({ kind: 'Secret', type, name, data })}` : '';
  return {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: metadata(name + suffix, invocation),
    ...(Object.keys(data).length > 0 && { data: inOrder(data) }),
    ...(type !== '' && { type }),
  };
}

function keyPair({ flags, io }: Invocation<Client>): KeyValue[] {
  if (flags.string('key') === '' || flags.string('cert') === '') throw new UsageError('key and cert must be specified');
  const cert = readPem(flags.string('cert'), io.cwd);
  const key = readPem(flags.string('key'), io.cwd);
  const problem = keyPairProblem(cert, key);
  if (problem !== undefined) throw new UsageError(problem);
  return [
    { key: 'tls.crt', value: cert },
    { key: 'tls.key', value: key },
  ];
}

function readPem(path: string, cwd: string): Buffer {
  try {
    return readFileSync(resolve(cwd, path));
  } catch (e) {
    throw new UsageError(`Cannot read file ${path}, ${fileProblem('open', path, e)}`);
  }
}

function* dockerConfig({ flags, io }: Invocation<Client>): Generator<KeyValue> {
  const [username, password, server] = ['docker-username', 'docker-password', 'docker-server'].map((f) => flags.string(f)) as [
    string,
    string,
    string,
  ];
  const fromFile = flags.strings('from-file').length > 0;
  if (!fromFile && (username === '' || password === '' || server === ''))
    throw new UsageError('either --from-file or the combination of --docker-username, --docker-password and --docker-server is required');
  if (fromFile) {
    for (const { value } of keyValues(onlyFiles(flags.strings('from-file')), io)) yield { key: '.dockerconfigjson', value };
    return;
  }
  const email = flags.string('docker-email');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const config = { auths: { [server]: { username, password, ...(email !== '' && { email }), auth } } };
  const json = JSON.stringify(config).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  yield { key: '.dockerconfigjson', value: Buffer.from(json) };
}

const onlyFiles = (files: string[]): Invocation<Client>['flags'] =>
  ({ strings: (name: string) => (name === 'from-file' ? files : []) }) as unknown as Invocation<Client>['flags'];

/** Does a certificate belong to a private key? With the words of Go's crypto/tls X509KeyPair; undefined when they fit. */
function keyPairProblem(cert: Buffer, key: Buffer): string | undefined {
  const certTypes = pemTypes(cert);
  if (!certTypes.includes('CERTIFICATE')) {
    if (certTypes.length === 0) return 'tls: failed to find any PEM data in certificate input';
    if (certTypes.length === 1 && certTypes[0]?.endsWith('PRIVATE KEY'))
      return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${certTypes.join(' ')}]`;
  }
  const keyTypes = pemTypes(key);
  if (!keyTypes.some((type) => type.endsWith('PRIVATE KEY'))) {
    if (keyTypes.length === 0) return 'tls: failed to find any PEM data in key input';
    if (keyTypes.length === 1 && keyTypes[0] === 'CERTIFICATE')
      return 'tls: found a certificate rather than a key in the PEM for the private key';
    return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keyTypes.join(' ')}]`;
  }
  try {
    return new X509Certificate(cert.toString()).checkPrivateKey(createPrivateKey(key.toString()))
      ? undefined
      : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse private key';
  }
}

const pemTypes = (pem: Buffer): string[] =>
  [...pem.toString('latin1').matchAll(/^-----BEGIN ([^-\n]+)-----$/gm)].map((m) => m[1] as string);
