// -f, -k and -R: how a verb says that it reads manifests. The reading itself (cli/manifest/) is loaded only when they are used.
import type { Flag, FlagValues } from '../model/verb.js';

/** `purpose` ends the sentence of kubectl's help: "to use to create the resource". */
export const filenameFlags = (purpose: string): readonly Flag[] => [
  { name: 'filename', short: 'f', type: 'stringSlice', default: '[]', usage: `Files, directories or URLs ${purpose}` },
  { name: 'kustomize', short: 'k', type: 'string', default: '', usage: 'Process a kustomization directory. Not simulated.' },
  { name: 'recursive', short: 'R', type: 'bool', default: 'false', usage: 'Whether -f reads the directories below, too.' },
];

/** Whether the command line names manifests at all. */
export const givesFiles = (flags: FlagValues): boolean => flags.strings('filename').length > 0 || flags.string('kustomize') !== '';
