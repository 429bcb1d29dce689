// --overrides: a patch on an object before it is sent. Mirrors pkg/cmd/util/override_options.go.
import { applyJSONPatch } from '../lib/json-patch.js';
import { mergePatch } from '../lib/merge-patch.js';
import { strategicMerge } from '../lib/strategic-merge/index.js';
import { scanJson } from '../lib/json-scan.js';
import { builtinType, mergeSchema } from '../model/merge-schema.js';
import { groupOf, type KubeObject } from '../model/object.js';
import type { Flag, FlagValues } from '../model/verb.js';
import { UsageError } from './errors.js';

export const overrideFlags: readonly Flag[] = [
  {
    name: 'override-type',
    type: 'string',
    default: 'merge',
    usage: 'How --overrides are meant: as a json, merge, or strategic patch.',
  },
  { name: 'overrides', type: 'string', default: '', usage: 'Inline JSON that changes the object before it is sent.' },
];

export function overridden(object: KubeObject, flags: FlagValues): KubeObject {
  const text = flags.string('overrides');
  if (text === '') return object;
  const patch = parse(text);
  switch (flags.string('override-type')) {
    case 'json':
      return applyJSONPatch(object, patch) as KubeObject;
    case 'merge':
      return mergePatch(object, patch) as KubeObject;
    case 'strategic': {
      const type = builtinType({ group: groupOf(object.apiVersion), version: 'v1', kind: object.kind });
      return strategicMerge(object, patch as Record<string, unknown>, type ? mergeSchema(type) : undefined) as KubeObject;
    }
    default:
      throw new UsageError(`invalid override type: ${flags.string('override-type')}`);
  }
}

function parse(text: string): unknown {
  try {
    scanJson(text, 0);
    return JSON.parse(text);
  } catch {
    throw new UsageError('Invalid JSON Patch');
  }
}
