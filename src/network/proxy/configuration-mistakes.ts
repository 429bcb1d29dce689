// What is wrong with a kube-proxy configuration, in the words of its validation. Mirrors pkg/proxy/apis/config/validation.
import { formatGoDuration } from '../../lib/duration.js';
import { parseCIDR } from '../../lib/ip.js';
import type { Configuration, ProxyMode } from './configuration.js';

const modes: readonly string[] = ['', 'iptables', 'ipvs', 'nftables'];
const localModes: readonly string[] = ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix', ''];

const invalid = (path: string, value: unknown, why: string): string =>
  `KubeProxyConfiguration.${path}: Invalid value: ${JSON.stringify(value)}: ${why}`;

export function mistakes(c: Configuration): string[] {
  return [
    ...bit('KubeProxyIPTablesConfiguration', c.iptables.masqueradeBit),
    ...(c.mode === 'ipvs' ? cidrs('KubeProxyIPVSConfiguration.ExcludeCidrs', c.ipvs.excludeCIDRs, 'must be a valid CIDR') : []),
    ...(c.mode === 'nftables' ? bit('KubeProxyNFTablesConfiguration', c.nftables.masqueradeBit) : []),
    ...mode(c.mode),
    ...periods(c),
    ...nodePortAddresses(c.nodePortAddresses),
    ...podTraffic(c),
  ];
}

const bit = (struct: string, n: number): string[] =>
  n < 0 || n > 31 ? [invalid(`${struct}.MasqueradeBit`, n, 'must be within the range [0, 31]')] : [];

const cidrs = (path: string, texts: readonly string[], why: string): string[] =>
  texts.flatMap((text, i) => (parseCIDR(text) ? [] : [invalid(`${path}[${i}]`, text, why)]));

const mode = (text: string): string[] =>
  modes.includes(text)
    ? []
    : [
        invalid(
          'Mode.ProxyMode',
          text,
          'must be iptables, ipvs, nftables or blank (blank means the best-available proxy [currently iptables])',
        ),
      ];

function periods(c: Configuration): string[] {
  const { sync, minSync } = c.periods[(modes.includes(c.mode) && c.mode ? c.mode : 'iptables') as ProxyMode];
  return [
    ...(sync <= 0 ? [invalid('SyncPeriod', formatGoDuration(sync), 'must be greater than 0')] : []),
    ...(minSync < 0 ? [invalid('MinSyncPeriod', formatGoDuration(minSync), 'must be greater than or equal to 0')] : []),
    ...(minSync > sync
      ? [invalid('SyncPeriod', formatGoDuration(minSync), 'must be greater than or equal to KubeProxyConfiguration.MinSyncPeriod')]
      : []),
  ];
}

function nodePortAddresses(texts: readonly string[]): string[] {
  const at = texts.indexOf('primary');
  const before = cidrs('NodePortAddresses', at < 0 ? texts : texts.slice(0, at), 'must be a valid CIDR');
  return at < 0 || texts.length === 1
    ? before
    : [...before, invalid(`NodePortAddresses[${at}]`, 'primary', "can't use both 'primary' and CIDRs")];
}

/** Of each way to tell Pods' traffic, what it needs. */
function podTraffic({ detectLocalMode: by, detectLocal, clusterCIDRs }: Configuration): string[] {
  const path = 'DetectLocalConfiguration';
  const missing = (field: string, name: string): string[] => (name === '' ? [invalid(`${path}.${field}`, name, 'must not be empty')] : []);
  if (!localModes.includes(by)) {
    const supported = localModes.map((m) => JSON.stringify(m)).join(', ');
    return [`KubeProxyConfiguration.DetectLocalMode: Unsupported value: ${JSON.stringify(by)}: supported values: ${supported}`];
  }
  if (by === 'BridgeInterface') return missing('InterfaceName', detectLocal.bridgeInterface);
  if (by === 'InterfaceNamePrefix') return missing('InterfacePrefix', detectLocal.interfaceNamePrefix);
  return by === 'NodeCIDR' ? [] : clusterRanges(`${path}.ClusterCIDRs`, clusterCIDRs);
}

function clusterRanges(path: string, texts: readonly string[]): string[] {
  const pair = 'must be a either a single CIDR or dual-stack pair of CIDRs (e.g. [10.100.0.0/16, fde4:8dba:82e1::/48]';
  if (texts.length > 2) return [invalid(path, texts, pair)];
  const wrong = cidrs(path, texts, 'must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)');
  const families = new Set(texts.map((text) => parseCIDR(text)?.family));
  return wrong.length === 0 && texts.length === 2 && families.size === 1 ? [invalid(path, texts, pair)] : wrong;
}
