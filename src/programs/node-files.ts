// A node's own files: what its distribution and kubeadm put there, and what somebody on the node has changed since.
import type { ClusterConfig } from '../model/config.js';
import type { Node } from '../model/generated/api.js';
import type { Json } from '../model/object.js';
import type { Reader } from '../model/store.js';
import type { Net } from '../network/net.js';
import { nodeIP } from '../network/net.js';
import { clusterCA } from '../model/cluster-ca.js';
import { nodeResolvConf } from '../network/resolver.js';
import { FileSystem, Tree, type Write } from './files.js';
import { controlPlaneManifests, controlPlaneNode } from './static-pods.js';

const cniFolder = '/etc/cni/net.d';
const cniConfigs = { kindnet: `${cniFolder}/10-kindnet.conflist`, flannel: `${cniFolder}/10-flannel.conflist` } as const;
type NetworkPlugin = keyof typeof cniConfigs;

/** What was changed: path -> its text, or null when it is gone; a path that ends with "/" is a directory. */
export type NodeChanges = Readonly<Record<string, string | null>>;

export const nodeFilesKey = (node: string): string => `machine/files/${node}`;

const dirs = ['/bin', '/boot', '/dev', '/etc', '/home', '/mnt', '/opt', '/proc', '/root', '/run', '/srv', '/sys', '/tmp', '/usr', '/var'];

function original(net: Net, node: Node): Record<string, string> {
  const { name } = node.metadata;
  const system = node.status?.nodeInfo?.osImage ?? 'Ubuntu 24.04.3 LTS';
  return {
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n${nodeIP(node)}\t${name}\n`,
    '/etc/resolv.conf': nodeResolvConf.nameservers.map((s) => `nameserver ${s}\n`).join(''),
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    '/etc/os-release': `PRETTY_NAME="${system}"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n`,
    '/proc/sys/net/ipv4/ip_forward': '1\n',
    '/etc/kubernetes/kubelet.conf': kubeconfig(`system:node:${name}`),
    '/etc/kubernetes/pki/ca.crt': clusterCA,
    [cniConfigs[net.config.cni ?? 'kindnet']]: net.config.cni === 'flannel' ? flannelConflist : kindnetConflist(node),
    ...(name === controlPlaneNode && ofControlPlane(net, node)),
  };
}

const ofControlPlane = (net: Net, node: Node): Record<string, string> => ({
  '/etc/kubernetes/admin.conf': kubeconfig('kubernetes-admin'),
  '/etc/kubernetes/controller-manager.conf': kubeconfig('system:kube-controller-manager'),
  '/etc/kubernetes/scheduler.conf': kubeconfig('system:kube-scheduler'),
  ...Object.fromEntries(controlPlaneManifests(net.config, nodeIP(node)).map((m) => [m.path, m.text])),
});

const kubeconfig = (user: string): string => `apiVersion: v1
clusters:
- cluster:
    certificate-authority: /etc/kubernetes/pki/ca.crt
    server: https://172.30.1.2:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: ${user}
  name: ${user}@kubernetes
current-context: ${user}@kubernetes
kind: Config
`;

/** What kindnet writes at its start. */
const kindnetConflist = (node: Node): string => {
  const ranges = (node.spec?.podCIDRs ?? []).map((subnet) => [{ subnet }]);
  const routes = [{ dst: '0.0.0.0/0' }];
  const ipam = { type: 'host-local', dataDir: '/run/cni-ipam-state', routes, ranges };
  const plugins = [
    { type: 'ptp', ipMasq: false, ipam, mtu: 1500 },
    { type: 'portmap', capabilities: { portMappings: true } },
  ];
  return `${JSON.stringify({ cniVersion: '0.3.1', name: 'kindnet', plugins }, null, 2)}\n`;
};

/** What flannel's init container copies from its ConfigMap. */
export const flannelConflist = `${JSON.stringify(
  {
    name: 'cbr0',
    cniVersion: '0.3.1',
    plugins: [
      { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  },
  null,
  2,
)}\n`;

export function nodeFiles(net: Net, node: Node): FileSystem {
  const tree = new Tree('', false, original(net, node));
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

const changesOf = (reader: Pick<Reader, 'state'>, node: string): NodeChanges =>
  (reader.state(nodeFilesKey(node)) as NodeChanges | undefined) ?? {};

/** What a new machine does not have: the network plugin has yet to come to it. */
export const withoutNetworkConfig = ({ cni = 'kindnet' }: ClusterConfig): Json => ({ [cniConfigs[cni]]: null });

/** Has somebody told the container runtime how Pods are connected? */
export function hasNetworkConfig(reader: Pick<Reader, 'state'>, node: string): boolean {
  const changes = changesOf(reader, node);
  const touched = [...Object.values(cniConfigs), cniFolder, `${cniFolder}/`].some((path) => changes[path] !== undefined);
  return (
    !touched ||
    Object.entries(changes).some(([path, text]) => text !== null && /^\/etc\/cni\/net\.d\/[^/]+\.(conf|conflist|json)$/.test(path))
  );
}

/** Does the node's configuration say that interfaces which are made now do without hairpin mode? */
export const hairpinIsOff = (reader: Pick<Reader, 'state'>, node: string): boolean =>
  /"hairpinMode"\s*:\s*false/.test(changesOf(reader, node)[cniConfigs.flannel] ?? '');

/** A network plugin that starts writes its configuration; `text`: where it is not the one that was there first. */
export function writeNetworkConfig(
  kept: { state(key: string): Json | undefined; setState(key: string, value: Json | undefined): void },
  node: string,
  plugin: NetworkPlugin,
  text?: string,
): void {
  const { [cniConfigs[plugin]]: _, [cniFolder]: __, ...others } = changesOf(kept as Pick<Reader, 'state'>, node);
  const next = text === undefined || text === flannelConflist ? others : { ...others, [cniConfigs[plugin]]: text };
  kept.setState(nodeFilesKey(node), Object.keys(next).length > 0 ? asState(next) : undefined);
}

export const asState = (changes: Record<string, string | null>): Json => changes;
