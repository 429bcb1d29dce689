// A Pod's own side of names: /etc/resolv.conf by dnsPolicy and dnsConfig, /etc/hosts, and libc's walk along the search list.
// Mirrors pkg/kubelet/network/dns/dns.go and pkg/kubelet/kubelet_pods.go (managedHostsFileContent).
import type { Pod } from '../model/generated/api.js';
import type { Reader } from '../model/store.js';
import type { ClusterConfig } from '../model/config.js';

export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** The nodes' own /etc/resolv.conf. */
export const nodeResolvConf: ResolvConf = { nameservers: ['172.30.1.1'], search: [], options: [] };

export function resolvConf(reader: Reader, config: ClusterConfig, pod: Pod): ResolvConf {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const custom = pod.spec.dnsConfig;
  const ofCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork);
  const base: ResolvConf =
    policy === 'None' ? { nameservers: [], search: [], options: [] } : ofCluster ? clusterConf(reader, config, pod) : nodeResolvConf;
  const options = new Map(base.options.map((o): [string, string] => [o.split(':')[0] as string, o]));
  for (const o of custom?.options ?? []) options.set(o.name ?? '', o.value === undefined ? (o.name ?? '') : `${o.name}:${o.value}`);
  return {
    nameservers: [...new Set([...base.nameservers, ...(custom?.nameservers ?? [])])].slice(0, 3),
    search: [...new Set([...base.search, ...(custom?.searches ?? [])])],
    options: [...options.values()],
  };
}

function clusterConf(reader: Reader, config: ClusterConfig, pod: Pod): ResolvConf {
  const zone = config.clusterDomain;
  return {
    nameservers: [clusterDNS(reader, config)],
    search: [`${pod.metadata.namespace}.svc.${zone}`, `svc.${zone}`, zone, ...nodeResolvConf.search],
    options: ['ndots:5'],
  };
}

/** The kubelet's clusterDNS: the tenth address of the service range, whatever kube-dns has become since. */
function clusterDNS(reader: Reader, config: ClusterConfig): string {
  const kept = reader.get('Service', 'kube-system', 'kube-dns')?.spec.clusterIP;
  if (kept && kept !== 'None') return kept;
  const base = (config.serviceCIDRs[0] ?? '10.96.0.0/12').split('/')[0] as string;
  return base.includes(':') ? `${base}a` : base.replace(/\.\d+$/, '.10');
}

export const resolvConfText = (c: ResolvConf): string =>
  [
    ...(c.search.length > 0 ? [`search ${c.search.join(' ')}`] : []),
    ...c.nameservers.map((n) => `nameserver ${n}`),
    ...(c.options.length > 0 ? [`options ${c.options.join(' ')}`] : []),
  ]
    .map((l) => `${l}\n`)
    .join('');

export const ndotsOf = (c: ResolvConf): number => Number(c.options.find((o) => o.startsWith('ndots:'))?.slice(6) ?? 1);

/** Names to try for `name`, in libc's order. */
export function candidates(c: ResolvConf, name: string): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = c.search.map((s) => `${name}.${s}`);
  const dots = name.split('.').length - 1;
  return dots >= ndotsOf(c) ? [name, ...searched] : [...searched, name];
}

export function hostsText(pod: Pod, hostname: string, config: ClusterConfig, ips: readonly string[]): string {
  const domain = pod.spec.subdomain ? `${hostname}.${pod.spec.subdomain}.${pod.metadata.namespace}.svc.${config.clusterDomain}` : '';
  const own = ips.map((ip) => `${ip}\t${domain ? `${domain}\t` : ''}${hostname}\n`).join('');
  const aliases = (pod.spec.hostAliases ?? []).map((a) => `${a.ip}\t${(a.hostnames ?? []).join('\t')}\n`).join('');
  return `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${own}${aliases ? `\n# Entries added by HostAliases.\n${aliases}` : ''}`;
}
