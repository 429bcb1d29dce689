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

const formats: Readonly<Record<string, Format>> = {
  plaintext,
  'plaintext-openapiv2': plaintextOpenAPIV2,
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
    const { resource, path } = split(what.replace(/\.$/, ''), client);
    const served = ofVersion(resource, flags.string('api-version'), client);
    const format = formats[flags.string('output')];
    if (!format) throw new UsageError(`unrecognized format: ${flags.string('output')}`);
    const doc = client.call<OpenAPIDocument>({ verb: 'discover', group: served.group, resource: 'openapi', name: served.plural });
    const { text, unknown } = format(doc, path, flags.bool('recursive'));
    io.out(text);
    if (unknown !== undefined) throw new UsageError(`field ${JSON.stringify(unknown)} does not exist`);
  },
};

/** "deployments.apps.spec" is a resource with its group, where one fits; else all behind the first dot are fields. */
function split(what: string, client: Client): { resource: APIResource; path: string[] } {
  const [word = '', ...fields] = what.split('.');
  if (word === '' || fields.includes('')) throw new UsageError('invalid jsonpath syntax, first node must be field node');
  const resource = typeNamed(word, client);
  const named = client.mapper.resources.find((r) => r.plural === resource.plural && r.group !== '' && startsWith(what, typeName(r)));
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

function ofVersion(resource: APIResource, apiVersion: string, client: Client): APIResource {
  if (apiVersion === '') return resource;
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const found = client.mapper.resources.find((r) => r.plural === resource.plural && r.group === group && r.version === version);
  if (!found) throw new UsageError(`couldn't find resource for "${group}/${version}, Resource=${resource.plural}"`);
  return found;
}
