// The roles of a Node: what its labels say. Mirrors findNodeRoles of pkg/printers and kubectl. Apart, so that `get nodes` does not load `describe`.
import type { Node } from '../../model/generated/api.js';

const prefix = 'node-role.kubernetes.io/';
const legacy = 'kubernetes.io/role';

export function roles(node: Node): string[] {
  const found = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(prefix)) return [key.slice(prefix.length)];
    return key === legacy ? [value] : [];
  });
  return [...new Set(found.filter((role) => role !== ''))].sort();
}
