// A Pod's own side of names: /etc/resolv.conf by dnsPolicy and dnsConfig, /etc/hosts, and libc's walk along the search list.
// Mirrors pkg/kubelet/network/dns/dns.go and pkg/kubelet/kubelet_pods.go (managedHostsFileContent).
import { formatIP, nthIP, parseCIDR } from '../lib/ip.js';
import type { Pod } from '../model/generated/api.js';
import type { ClusterConfig } from '../model/config.js';

export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** The nodes' own /etc/resolv.conf. */
export const nodeResolvConf: ResolvConf = { nameservers: ['172.30.1.1'], search: [], options: [] };

/** What a Pod's /etc/resolv.conf may hold. */
const most = { nameservers: 3, domains: 32, characters: 2048, domainLength: 253 };

export const resolvConf = (config: ClusterConfig, pod: Pod): ResolvConf => composed(config, pod).conf;

/** The kubelet's complaints of what was left out. */
export const resolvConfWarnings = (config: ClusterConfig, pod: Pod): readonly string[] => composed(config, pod).warnings;

function composed(config: ClusterConfig, pod: Pod): { conf: ResolvConf; warnings: string[] } {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const custom = pod.spec.dnsConfig;
  const ofCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork);
  const base: ResolvConf =
    policy === 'None' ? { nameservers: [], search: [], options: [] } : ofCluster ? clusterConf(config, pod) : nodeResolvConf;
  const options = new Map(base.options.map((o): [string, string] => [o.split(':')[0] as string, o]));
  for (const o of custom?.options ?? []) options.set(o.name ?? '', o.value ? `${o.name}:${o.value}` : (o.name ?? ''));
  const nameservers = fitted(
    [...base.nameservers, ...(custom?.nameservers ?? [])],
    fewNameservers,
    (kept) => `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${kept}`,
  );
  const search = fitted(
    [...base.search, ...(custom?.searches ?? [])],
    shortSearch,
    (kept) => `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${kept}`,
  );
  return {
    conf: { nameservers: nameservers.kept, search: search.kept, options: [...options.values()] },
    warnings: [...nameservers.warnings, ...search.warnings],
  };
}

function fitted(
  all: readonly string[],
  limit: (list: string[]) => string[],
  warning: (kept: string) => string,
): { kept: string[]; warnings: string[] } {
  const once = [...new Set(all)];
  const kept = limit(once);
  return { kept, warnings: kept.length < once.length ? [warning(kept.join(' '))] : [] };
}

const fewNameservers = (list: string[]): string[] => list.slice(0, most.nameservers);

function shortSearch(list: string[]): string[] {
  const kept = list.slice(0, most.domains).filter((d) => d.length <= most.domainLength);
  while (kept.join(' ').length > most.characters) kept.pop();
  return kept;
}

function clusterConf(config: ClusterConfig, pod: Pod): ResolvConf {
  const zone = config.clusterDomain;
  return {
    nameservers: [clusterDNS(config)],
    search: [`${pod.metadata.namespace}.svc.${zone}`, `svc.${zone}`, zone, ...nodeResolvConf.search],
    options: ['ndots:5'],
  };
}

/** The kubelets' clusterDNS: the tenth address of the service range, whatever kube-dns has become since. */
function clusterDNS(config: ClusterConfig): string {
  const range = parseCIDR(config.serviceCIDRs[0] ?? '');
  return formatIP(range ? nthIP(range, 10) : { family: 'IPv4', value: 0n });
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

/** The nodes' own /etc/hosts. */
export const nodeHostsText = '127.0.0.1\tlocalhost\n';

const podHostsText = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

export function hostsText(pod: Pod, hostname: string, config: ClusterConfig, ips: readonly string[]): string {
  const aliases = (pod.spec.hostAliases ?? []).map((a) => `${a.ip}\t${(a.hostnames ?? []).join('\t')}\n`).join('');
  const added = aliases === '' ? '' : `\n# Entries added by HostAliases.\n${aliases}`;
  if (pod.spec.hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${nodeHostsText}${added}`;
  const domain = pod.spec.subdomain ? `${hostname}.${pod.spec.subdomain}.${pod.metadata.namespace}.svc.${config.clusterDomain}\t` : '';
  return `# Kubernetes-managed hosts file.\n${podHostsText}${ips.map((ip) => `${ip}\t${domain}${hostname}\n`).join('')}${added}`;
}
