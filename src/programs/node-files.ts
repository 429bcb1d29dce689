// A node's own files: what its distribution and kubeadm put there, and what somebody on the node has changed since.
import type { Node } from '../model/generated/api.js';
import type { Json } from '../model/object.js';
import type { Net } from '../network/net.js';
import { nodeIP } from '../network/net.js';
import { nodeResolvConf } from '../network/resolver.js';
import { FileSystem, Tree, type Write } from './files.js';

/** What was changed: path -> its text, or null when it is gone; a path that ends with "/" is a directory. */
export type NodeChanges = Readonly<Record<string, string | null>>;

export const nodeFilesKey = (node: string): string => `machine/files/${node}`;

const dirs = ['/bin', '/boot', '/dev', '/etc', '/home', '/mnt', '/opt', '/proc', '/root', '/run', '/srv', '/sys', '/tmp', '/usr', '/var'];

function original(node: Node): Record<string, string> {
  const { name } = node.metadata;
  const system = node.status?.nodeInfo?.osImage ?? 'Ubuntu 24.04.3 LTS';
  return {
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n${nodeIP(node)}\t${name}\n`,
    '/etc/resolv.conf': nodeResolvConf.nameservers.map((s) => `nameserver ${s}\n`).join(''),
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    '/etc/os-release': `PRETTY_NAME="${system}"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n`,
    '/proc/sys/net/ipv4/ip_forward': '1\n',
  };
}

export function nodeFiles(net: Net, node: Node): FileSystem {
  const tree = new Tree('', false, original(node));
  for (const dir of [...dirs, '/usr/bin', '/var/log', '/var/lib']) tree.makeDirs(dir);
  const changes = (net.reader.state(nodeFilesKey(node.metadata.name)) as NodeChanges | undefined) ?? {};
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) tree.remove(path.replace(/\/$/, ''));
    else if (path.endsWith('/')) tree.makeDirs(path.slice(0, -1));
    else tree.put(path, text);
  }
  return new FileSystem(tree, []);
}

/** `before` with what a run has written. */
export function withWrites(before: NodeChanges, files: FileSystem, writes: readonly Write[]): Record<string, string | null> {
  const next: Record<string, string | null> = { ...before };
  for (const { path, data } of writes) {
    if (data === undefined) for (const p of Object.keys(next)) if (p.startsWith(`${path}/`)) delete next[p];
    if (data === null) next[`${path}/`] = '';
    else next[path] = data === undefined ? null : (files.read(path) ?? null);
  }
  return next;
}

export const asState = (changes: Record<string, string | null>): Json => changes;
