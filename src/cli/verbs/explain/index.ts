// kubectl explain: the fields of a resource, with their types and descriptions. Mirrors k8s.io/kubectl/pkg/cmd/explain.

import type { APIResource } from '../../../model/request.js';
import type { OpenAPIDocument } from '../../../model/openapi.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { bareError, UsageError } from '../../errors.js';
import { typeName } from '../../mapper.js';
import { type Explained, plaintext } from './plaintext.js';
import { plaintextOpenAPIV2 } from './plaintext-openapiv2.js';

type Format = (doc: OpenAPIDocument, path: readonly string[], recursive: boolean) => Explained;

const older = 'plaintext-openapiv2';

const formats: Readonly<Record<string, Format>> = {
  plaintext,
  [older]: plaintextOpenAPIV2,
};

export const explain: Verb<Client> = {
  id: 'explain',
  use: 'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  short: 'Get documentation for a resource',
  example: `
    # The fields of a resource, and of one field of it
    kubectl explain services
    kubectl explain services.spec.ports`,
  flags: [
    { name: 'api-version', type: 'string', default: '', usage: 'The group and version to explain, for what several have.' },
    { name: 'output', short: 'o', type: 'string', default: 'plaintext', usage: 'Format: plaintext or plaintext-openapiv2.' },
    { name: 'recursive', short: 'R', type: 'bool', default: 'false', usage: 'Print the fields of fields, without descriptions.' },
  ],
  run({ args, flags, io, client, program }) {
    const [what, ...more] = args;
    if (what === undefined)
      throw new UsageError(
        `You must specify the type of resource to explain. Use "${program} api-resources" for a complete list of supported resources.\n`,
      );
    if (more.length > 0) throw new UsageError('We accept only this format: explain RESOURCE\n');
    const apiVersion = flags.string('api-version');
    const { resource, path } = split(what.replace(/\.$/, ''), client, apiVersion === '');
    const asked = { ...resource, ...(apiVersion !== '' && parseGroupVersion(apiVersion)) };
    const output = flags.string('output');
    const served = output === older ? ofOlder(asked, client) : ofVersion(asked, client, output);
    const format = formats[output] as Format;
    const doc = client.call<OpenAPIDocument>({ verb: 'discover', group: served.group, resource: 'openapi', name: served.plural });
    const { text, unknown } = format(doc, path, flags.bool('recursive'));
    io.out(text);
    if (unknown !== undefined) throw new UsageError(`field ${JSON.stringify(unknown)} does not exist`);
  },
};

/** "deployments.apps.spec" is a resource with its group, where one fits; else all behind the first dot are fields. */
function split(what: string, client: Client, withGroup: boolean): { resource: APIResource; path: string[] } {
  const [word = '', ...fields] = what.split('.');
  if (word === '' || fields.includes('')) throw new UsageError('invalid jsonpath syntax, first node must be field node');
  const resource = typeNamed(word, client);
  const named =
    withGroup && client.mapper.resources.find((r) => r.plural === resource.plural && r.group !== '' && startsWith(what, typeName(r)));
  if (!named) return { resource, path: fields };
  const rest = what.slice(typeName(named).length + 1);
  return { resource: named, path: rest === '' ? [] : rest.split('.') };
}

/** kubectl says what it does not know without "error: " here. */
function typeNamed(word: string, client: Client): APIResource {
  try {
    return client.mapper.find(word);
  } catch (e) {
    throw bareError((e as Error).message);
  }
}

const startsWith = (what: string, name: string): boolean => what === name || what.startsWith(`${name}.`);

/** The resource in the version asked for, with the errors of the older format. */
function ofOlder(asked: APIResource, client: Client): APIResource {
  const found = inVersion(asked, client).find((r) => r.plural === asked.plural);
  if (!found) throw new UsageError(`couldn't find resource for "${asked.group}/${asked.version}, Kind=${asked.kind}"`);
  return found;
}

/** The same for the formats of today: first the version, then the format, then the resource in it. */
function ofVersion(asked: APIResource, client: Client, output: string): APIResource {
  const shown = `${asked.group}/${asked.version}, Resource=${asked.plural}`;
  const served = inVersion(asked, client);
  if (served.length === 0) throw new UsageError(`couldn't find resource for "${shown}"`);
  if (!formats[output]) throw new UsageError(`unrecognized format: ${output}`);
  const found = served.find((r) => r.plural === asked.plural);
  if (!found) throw new UsageError(`GVR (${shown}) not found in OpenAPI schema`);
  return found;
}

const inVersion = ({ group, version }: APIResource, { mapper }: Client): APIResource[] =>
  mapper.resources.filter((r) => r.group === group && r.version === version);

function parseGroupVersion(text: string): Pick<APIResource, 'group' | 'version'> {
  const parts = text.split('/');
  if (parts.length > 2) throw new UsageError(`unexpected GroupVersion string: ${text}`);
  const [version = '', group = ''] = parts.reverse();
  return { group, version };
}
