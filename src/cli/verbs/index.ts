// Every verb of the command line. Adding one: a file that exports a Verb, a line here, a transcript.
// Each is loaded by its own import(), so that a command pays only for its own code.
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';

export interface VerbEntry {
  /** "get", "create deployment": also the verb's id. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly load: () => Promise<Verb<Client>>;
}

const entry = (id: string, load: VerbEntry['load'], ...aliases: string[]): VerbEntry => ({ id, load, aliases });

export const verbs: readonly VerbEntry[] = [
  entry('api-resources', async () => (await import('./api-resources.js')).apiResources),
  entry('api-versions', async () => (await import('./api-versions.js')).apiVersions),
  entry('apply', async () => (await import('./apply/index.js')).apply),
  entry('delete', async () => (await import('./delete.js')).deleteVerb),
  entry('describe', async () => (await import('./describe.js')).describe),
  entry('diff', async () => (await import('./diff.js')).diff),
  entry('edit', async () => (await import('./edit/index.js')).edit),
  entry('get', async () => (await import('./get/index.js')).get),
  entry('options', async () => (await import('./options.js')).options),
  entry('patch', async () => (await import('./patch.js')).patch),
  entry('replace', async () => (await import('./replace.js')).replace),
  entry('version', async () => (await import('./version.js')).version),
];
