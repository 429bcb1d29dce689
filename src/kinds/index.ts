// Every kind of the cluster. Adding one: a file, a line here, a transcript.
import type { Kind } from '../model/kind.js';
import { groupKind, type GroupKind } from '../model/object.js';

const list: readonly Kind[] = [];

export const kinds: ReadonlyMap<GroupKind, Kind> = new Map(list.map((k) => [groupKind(k.names.group, k.names.kind), k]));
