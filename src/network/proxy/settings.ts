// What a kube-proxy runs with: the part of its configuration that its mode looks at. Mirrors platformApplyDefaults of cmd/kube-proxy/app.
import { type Configuration, configurationOf, ProxyConfigError, type ProxyMode } from './configuration.js';
import { mistakes } from './configuration-mistakes.js';

export { ProxyConfigError, type ProxyMode } from './configuration.js';

/** How it tells what Pods send from what others do. */
export type PodTraffic =
  | { readonly by: 'ClusterCIDR'; readonly cidrs: readonly string[] }
  | { readonly by: 'NodeCIDR' }
  | { readonly by: 'BridgeInterface' | 'InterfaceNamePrefix'; readonly name: string };

export interface ProxySettings {
  readonly mode: ProxyMode;
  readonly podTraffic: PodTraffic;
  readonly masqueradeAll: boolean;
  /** The bit of a packet's mark that says that it is to be masqueraded. */
  readonly masqueradeBit: number;
  /** iptables: are node ports answered on 127.0.0.1? */
  readonly localhostNodePorts: boolean;
  /** Does conntrack take packets that are out of their connection's window? */
  readonly tcpBeLiberal: boolean;
  /** CIDRs, or "primary"; empty: by the mode's default. */
  readonly nodePortAddresses: readonly string[];
  /** ipvs: rr, lc, dh, sh, sed, nq, wrr, wlc ...; "" is rr. */
  readonly scheduler: string;
}

/** What kube-proxy logs and tells the Node in ipvs mode. */
export const ipvsDeprecation = "The ipvs proxier is now deprecated and may be removed in a future release. Please use 'nftables' instead.";

/** Those that the kernel has. */
const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'sed', 'nq', 'mh'];

/** What kube-proxy runs with. `file` is its --config file, beside which flags count for nothing. Throws ProxyConfigError where it would stop. */
export function proxySettings(file: string | undefined, argv: readonly string[]): ProxySettings {
  const given = configurationOf(file, argv);
  const wrong = mistakes(given);
  if (wrong.length > 0) throw new ProxyConfigError(`failed validate: ${wrong.length === 1 ? wrong[0] : `[${wrong.join(', ')}]`}`);
  const mode = (given.mode || 'iptables') as ProxyMode;
  const { scheduler } = given.ipvs;
  if (mode === 'ipvs' && scheduler !== '' && !schedulers.includes(scheduler))
    throw new ProxyConfigError("can't use the IPVS proxier: no such file or directory", true);
  return {
    mode,
    podTraffic: podTraffic(given),
    ...(mode === 'nftables'
      ? given.nftables
      : { masqueradeAll: given.iptables.masqueradeAll, masqueradeBit: given.iptables.masqueradeBit }),
    localhostNodePorts: given.iptables.localhostNodePorts,
    tcpBeLiberal: given.tcpBeLiberal,
    nodePortAddresses: given.nodePortAddresses,
    scheduler,
  };
}

function podTraffic({ detectLocalMode: by, detectLocal, clusterCIDRs: cidrs }: Configuration): PodTraffic {
  if (by === 'BridgeInterface') return { by, name: detectLocal.bridgeInterface };
  if (by === 'InterfaceNamePrefix') return { by, name: detectLocal.interfaceNamePrefix };
  return by === 'NodeCIDR' ? { by } : { by: 'ClusterCIDR', cidrs };
}
