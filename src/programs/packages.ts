// What an image has installed beside its base system, and which programs that brings. The same name may be another program then:
// `ping` is a BusyBox applet, or that of iputils.

export const packages = {
  /** BIND 9.18 and later. */
  'bind-tools': ['dig', 'host', 'nslookup', 'delv', 'nsupdate'],
  /** BIND 9.16 and before. */
  'old-bind-tools': ['dig', 'host', 'nslookup', 'nsupdate'],
  coreutils: [],
  curl: ['curl'],
  'inetutils-telnet': ['telnet'],
  iproute2: ['ip', 'ss', 'tc', 'bridge'],
  iptables: ['iptables', 'iptables-save', 'ip6tables', 'ip6tables-save', 'iptables-restore'],
  iputils: ['ping', 'ping6', 'arping', 'tracepath'],
  jq: ['jq'],
  'net-tools': ['netstat', 'ifconfig', 'route', 'arp'],
  'netcat-openbsd': ['nc', 'netcat'],
  nmap: ['nmap', 'ncat', 'nping'],
  openssl: ['openssl'],
  procps: ['ps', 'free', 'top', 'pgrep', 'pkill', 'sysctl', 'uptime', 'vmstat', 'watch'],
  tcpdump: ['tcpdump'],
  traceroute: ['traceroute'],
  wget: ['wget'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Package = keyof typeof packages;

/** An image, as far as it matters here. */
interface Installed {
  readonly packages?: readonly Package[];
}

export const isInstalled = (image: Installed, name: Package): boolean => image.packages?.includes(name) === true;

/** Does one of the image's packages bring this program? */
export const isBrought = (image: Installed, program: string): boolean =>
  image.packages?.some((name) => (packages[name] as readonly string[]).includes(program)) === true;
