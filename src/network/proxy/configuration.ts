// kube-proxy's own configuration as it reads it: the KubeProxyConfiguration file, or the flags of its command line. Mirrors the types, decoding and
// defaults of pkg/proxy/apis/config, and cmd/kube-proxy/app/options.go.
import { parseGoDuration } from '../../lib/duration.js';
import { readYaml, type YamlValue } from '../../lib/yaml/read.js';

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

/** What a file or a command line says, not yet looked at. */
export interface Configuration {
  readonly mode: string;
  readonly clusterCIDRs: readonly string[];
  readonly tcpBeLiberal: boolean;
  readonly detectLocalMode: string;
  readonly detectLocal: { readonly bridgeInterface: string; readonly interfaceNamePrefix: string };
  readonly nodePortAddresses: readonly string[];
  readonly iptables: { readonly masqueradeAll: boolean; readonly masqueradeBit: number; readonly localhostNodePorts: boolean };
  readonly nftables: { readonly masqueradeAll: boolean; readonly masqueradeBit: number };
  readonly ipvs: { readonly scheduler: string; readonly excludeCIDRs: readonly string[] };
  /** Milliseconds: how often all is looked at, and how long at least between two writes. */
  readonly periods: Readonly<Record<ProxyMode, { readonly sync: number; readonly minSync: number }>>;
}

/** Why kube-proxy stopped at its start. `late`: only when it made its rules. */
export class ProxyConfigError extends Error {
  constructor(
    message: string,
    readonly late = false,
  ) {
    super(message);
  }
}

/** `file` is its --config file, beside which flags count for nothing. */
export const configurationOf = (file: string | undefined, argv: readonly string[]): Configuration =>
  configuration(file === undefined ? ofFlags(argv) : ofFile(file));

type Fields = { readonly [key: string]: YamlValue };
const isFields = (value: YamlValue | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const undecodable = (message: string): ProxyConfigError => new ProxyConfigError(`failed complete: failed to decode: ${message}`);

function ofFile(file: string): Fields {
  let value: YamlValue;
  try {
    value = readYaml(file);
  } catch (e) {
    throw undecodable((e as Error).message);
  }
  const { kind = '', apiVersion = '' } = isFields(value) ? value : {};
  if (kind === '') throw undecodable(`Object 'Kind' is missing in '${file}'`);
  if (apiVersion === '') throw undecodable(`Object 'apiVersion' is missing in '${file}'`);
  if (kind !== 'KubeProxyConfiguration' || apiVersion !== 'kubeproxy.config.k8s.io/v1alpha1')
    throw undecodable(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  return value as Fields;
}

/** The file that says what the flags say. */
function ofFlags(argv: readonly string[]): Fields {
  const text = (name: string): string | undefined => {
    const at = argv.findLastIndex((a) => a === `--${name}` || a.startsWith(`--${name}=`));
    return at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  };
  const flag = (name: string): boolean | undefined => {
    const given = argv.findLast((a) => a === `--${name}` || a.startsWith(`--${name}=`));
    return given === undefined ? undefined : !given.endsWith('=false');
  };
  const list = (name: string): string[] | undefined => text(name)?.split(',').filter(Boolean);
  const bit = text('iptables-masquerade-bit');
  const masqueradeAll = flag('masquerade-all');
  const all: Record<string, YamlValue | undefined> = {
    mode: text('proxy-mode'),
    clusterCIDR: text('cluster-cidr'),
    detectLocalMode: text('detect-local-mode'),
    nodePortAddresses: list('nodeport-addresses'),
  };
  const sections: Record<string, Record<string, YamlValue | undefined>> = {
    detectLocal: { bridgeInterface: text('pod-bridge-interface'), interfaceNamePrefix: text('pod-interface-name-prefix') },
    iptables: {
      masqueradeAll,
      masqueradeBit: bit === undefined ? undefined : Number(bit),
      localhostNodePorts: flag('iptables-localhost-nodeports'),
      syncPeriod: text('iptables-sync-period'),
      minSyncPeriod: text('iptables-min-sync-period'),
    },
    nftables: { masqueradeAll },
    conntrack: { tcpBeLiberal: flag('conntrack-tcp-be-liberal') },
    ipvs: { scheduler: text('ipvs-scheduler'), excludeCIDRs: list('ipvs-exclude-cidrs') },
  };
  return { ...all, ...sections } as Fields;
}

/** A struct of the configuration while its fields are read, each as its Go type. */
class Struct {
  constructor(
    readonly fields: Fields,
    readonly type: string,
    readonly path = '',
  ) {}

  #wrong(value: YamlValue, key: string, goType: string): ProxyConfigError {
    const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    const what = found === 'number' && goType === 'int32' ? `number ${String(value)}` : found;
    return undecodable(`json: cannot unmarshal ${what} into Go struct field ${this.type}.${this.path}${key} of type ${goType}`);
  }

  text(key: string, goType = 'string'): string {
    const value = this.fields[key] ?? '';
    if (typeof value !== 'string') throw this.#wrong(value, key, goType);
    return value;
  }

  flag(key: string, missing: boolean): boolean {
    const value = this.fields[key] ?? missing;
    if (typeof value !== 'boolean') throw this.#wrong(value, key, 'bool');
    return value;
  }

  integer(key: string, missing: number): number {
    const value = this.fields[key] ?? missing;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw this.#wrong(value, key, 'int32');
    return value;
  }

  texts(key: string): readonly string[] {
    const value = this.fields[key] ?? [];
    if (!Array.isArray(value)) throw this.#wrong(value, key, '[]string');
    for (const item of value) if (typeof item !== 'string') throw this.#wrong(item, key, 'string');
    return value as string[];
  }

  /** Milliseconds; nothing and "0s" are the default. */
  duration(key: string, missing: number): number {
    const value = this.text(key);
    try {
      return (value === '' ? 0 : parseGoDuration(value)) || missing;
    } catch (e) {
      throw undecodable((e as Error).message);
    }
  }

  struct(key: string, type: string): Struct {
    const value = this.fields[key] ?? {};
    if (!isFields(value)) throw this.#wrong(value, key, `v1alpha1.${type}`);
    return new Struct(value, type, `${key}.`);
  }
}

/** In the order of the sorted JSON that it is decoded from. */
function configuration(fields: Fields): Configuration {
  const all = new Struct(fields, 'KubeProxyConfiguration');
  const clusterCIDR = all.text('clusterCIDR');
  const tcpBeLiberal = all.struct('conntrack', 'KubeProxyConntrackConfiguration').flag('tcpBeLiberal', false);
  const detectLocal = all.struct('detectLocal', 'DetectLocalConfiguration');
  const detect = { bridgeInterface: detectLocal.text('bridgeInterface'), interfaceNamePrefix: detectLocal.text('interfaceNamePrefix') };
  const detectLocalMode = all.text('detectLocalMode', 'v1alpha1.LocalMode');
  const iptables = all.struct('iptables', 'KubeProxyIPTablesConfiguration');
  const ofIPTables = {
    localhostNodePorts: iptables.flag('localhostNodePorts', true),
    masqueradeAll: iptables.flag('masqueradeAll', false),
    masqueradeBit: iptables.integer('masqueradeBit', 14),
  };
  const iptablesPeriods = { minSync: iptables.duration('minSyncPeriod', 1000), sync: iptables.duration('syncPeriod', 30_000) };
  const ipvs = all.struct('ipvs', 'KubeProxyIPVSConfiguration');
  const ofIPVS = { excludeCIDRs: ipvs.texts('excludeCIDRs'), scheduler: ipvs.text('scheduler') };
  const ipvsPeriods = { minSync: ipvs.duration('minSyncPeriod', 0), sync: ipvs.duration('syncPeriod', 30_000) };
  const mode = all.text('mode', 'v1alpha1.ProxyMode');
  const nftables = all.struct('nftables', 'KubeProxyNFTablesConfiguration');
  const ofNFTables = { masqueradeAll: nftables.flag('masqueradeAll', false), masqueradeBit: nftables.integer('masqueradeBit', 14) };
  const nftablesPeriods = { minSync: nftables.duration('minSyncPeriod', 1000), sync: nftables.duration('syncPeriod', 30_000) };
  return {
    mode,
    clusterCIDRs: clusterCIDR === '' ? [] : clusterCIDR.split(','),
    tcpBeLiberal,
    detectLocalMode,
    detectLocal: detect,
    nodePortAddresses: all.texts('nodePortAddresses'),
    iptables: ofIPTables,
    nftables: ofNFTables,
    ipvs: ofIPVS,
    periods: { iptables: iptablesPeriods, ipvs: ipvsPeriods, nftables: nftablesPeriods },
  };
}
