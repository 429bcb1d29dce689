// placeholder until helper D lands strict decoding
import { clone } from '../lib/clone.js';
import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
export function decode(
  body: KubeObject,
  _kind: Kind,
  _validation: 'Strict' | 'Warn' | 'Ignore',
): { object: KubeObject; warnings: string[] } {
  const object = clone(body);
  object.metadata ??= { name: '' };
  return { object, warnings: [] };
}
export const decodeAs = (body: KubeObject, _type: string): KubeObject => clone(body);
