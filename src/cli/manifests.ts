// The manifests that a command's -f, -k and -R name, for verbs that look the objects up on the server.
import type { Invocation } from '../model/verb.js';
import type { Client } from './client.js';
import { notSimulated } from './errors.js';
import type { ManifestObject } from './resources.js';

/** Undefined when neither -f nor -k was used. */
export function readManifests({ flags }: Invocation<Client>): ManifestObject[] | undefined {
  const filenames = flags.strings('filename');
  const kustomize = flags.string('kustomize');
  if (filenames.length === 0 && kustomize === '') return undefined;
  throw notSimulated('-f for this command yet');
}
