// kube-proxy's own configuration: the KubeProxyConfiguration file and the flags of its command line. Mirrors pkg/proxy/apis/config and cmd/kube-proxy/app.
import { parseGoDuration } from '../../lib/duration.js';
import { isValidCIDR } from '../../lib/ip.js';
import { readYaml, type YamlValue } from '../../lib/yaml/read.js';

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

export interface ProxySettings {
  readonly mode: ProxyMode;
  readonly clusterCIDRs: readonly string[];
  readonly masqueradeAll: boolean;
  /** iptables: are node ports answered on 127.0.0.1? */
  readonly localhostNodePorts: boolean;
  /** CIDRs, or "primary"; empty: by the mode's default. */
  readonly nodePortAddresses: readonly string[];
  /** ipvs: rr, lc, dh, sh, sed, nq, wrr, wlc ...; "" is rr. */
  readonly scheduler: string;
  readonly strictARP: boolean;
  /** Seconds of "" and 0s are the defaults. */
  readonly minSyncPeriodMs: number;
}

const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'sed', 'nq', 'mh'];

type Fields = { readonly [key: string]: YamlValue };
const fields = (value: YamlValue | undefined): Fields =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
const text = (value: YamlValue | undefined): string => (typeof value === 'string' ? value : '');

/** What kube-proxy logs and tells the Node in ipvs mode. */
export const ipvsDeprecation = "The ipvs proxier is now deprecated and may be removed in a future release. Please use 'nftables' instead.";

export class ProxyConfigError extends Error {}

/** What kube-proxy runs with. `file` is its --config file. Throws ProxyConfigError where kube-proxy would stop at its start. */
export function proxySettings(file: string | undefined, argv: readonly string[]): ProxySettings {
  let config: Fields = {};
  try {
    config = fields(readYaml(file ?? ''));
  } catch (e) {
    throw new ProxyConfigError(`failed complete: ${(e as Error).message}`);
  }
  const flag = (name: string): string | undefined => argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3);
  const given = file === undefined ? (flag('proxy-mode') ?? '') : text(config.mode);
  const mode = given === '' ? 'iptables' : given;
  if (mode !== 'iptables' && mode !== 'ipvs' && mode !== 'nftables')
    throw new ProxyConfigError(
      `KubeProxyConfiguration.Mode: Invalid value: ${JSON.stringify(mode)}: must be iptables, ipvs, nftables or blank (blank means the best-available proxy [currently iptables])`,
    );
  const cidrs = (file === undefined ? (flag('cluster-cidr') ?? '') : text(config.clusterCIDR)).split(',').filter((c) => c !== '');
  for (const cidr of cidrs)
    if (isValidCIDR(cidr).length > 0)
      throw new ProxyConfigError(
        `KubeProxyConfiguration.ClusterCIDR: Invalid value: ${JSON.stringify(cidr)}: must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)`,
      );
  const ipvs = fields(config.ipvs);
  const scheduler = text(ipvs.scheduler);
  if (mode === 'ipvs' && scheduler !== '' && !schedulers.includes(scheduler))
    throw new ProxyConfigError(`KubeProxyConfiguration.KubeProxyIPVSConfiguration.Scheduler: Invalid value: ${JSON.stringify(scheduler)}`);
  const own = fields(config[mode]);
  return {
    mode,
    clusterCIDRs: cidrs,
    masqueradeAll: own.masqueradeAll === true,
    localhostNodePorts: fields(config.iptables).localhostNodePorts !== false,
    nodePortAddresses: Array.isArray(config.nodePortAddresses) ? config.nodePortAddresses.map(String) : [],
    scheduler,
    strictARP: ipvs.strictARP === true,
    minSyncPeriodMs: parseGoDuration(text(own.minSyncPeriod) || '0s'),
  };
}
