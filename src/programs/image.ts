// The words for images: what is installed in one, what a container made of it can run, and what its servers do.

/** Which tools an image brings; `programs/index.ts` says what each family holds, and tools print in their family's words. */
export type Flavour = 'busybox' | 'alpine' | 'debian' | 'distroless';

export interface Image {
  /** "docker.io/library/nginx" */
  readonly repository: string;
  readonly flavour: Flavour;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Programs beside those of the flavour: "curl", "nginx", "redis-cli". */
  readonly programs: readonly string[];
  /** What is installed beside the base system. */
  readonly packages?: readonly Package[];
  /** Variables the image sets. */
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly uid: number;
  readonly size: number;
  /** What its server calls itself in answers ("1.27.3"). */
  readonly version: string;
  /** The signal that stops it, when it is not SIGTERM. */
  readonly stopSignal?: string;
  /** Files beside those of every container. */
  readonly files: Readonly<Record<string, string>>;
  /** True when nothing is known of the image: it runs on, and listens on its containerPorts. */
  readonly unknown?: boolean;
}

const words = (text: string): string[] => text.split(/\s+/).filter((w) => w !== '');

/** Of every Linux image that has a shell. */
const common =
  words(`[ awk base64 basename cat chgrp chmod chown cp cut date dd df dirname du echo env expr factor false find fold grep egrep fgrep head hostid hostname id
  kill link ln ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc od paste pidof printenv printf pwd readlink realpath rev rm rmdir sed seq sh sha1sum sha256sum sha512sum shuf sleep
  sort split stat stty sync tac tail tar tee test timeout touch tr true truncate tty umount uname uniq unlink wc which who whoami xargs yes mount`);
const applets =
  words(`arp ash bc clear cmp cpio crond diff dmesg free fuser gunzip gzip hexdump ifconfig ip iostat killall less login lsof more nc netstat nslookup patch ping ping6 pgrep pkill ps route strings
  su sysctl telnet time top traceroute traceroute6 unzip uptime usleep vi watch wget zcat tftp ipcalc`);

/** BusyBox' own for users, disks and daemons. */
const accounts = words(
  'adduser addgroup deluser delgroup passwd chpasswd crontab ed expand getopt init hd last logger mountpoint nsenter pstree pwdx reboot run-parts script setsid start-stop-daemon taskset udhcpc unexpand users uuencode vlock wall xxd xz bzip2',
);

const brings: Readonly<Record<Flavour, ReadonlySet<string>>> = {
  busybox: new Set([...common, ...applets, 'httpd', 'telnetd', 'whois', 'ftpget', 'ftpput', ...accounts]),
  alpine: new Set([...common, ...applets, 'getent', 'apk', ...accounts]),
  debian: new Set([
    ...common,
    ...words('bash dash apt apt-get dpkg getent gzip gunzip perl diff cmp mawk login su dmesg find clear arch b2sum comm numfmt'),
  ]),
  distroless: new Set(),
};

/** Simulated or not: would the image's PATH have it? */
export function hasProgram(image: Image, name: string): boolean {
  const short = name.split('/').at(-1) ?? name;
  if (image.programs.some((own) => own === name || own.split('/').at(-1) === short)) return true;
  if (name.includes('/') && !/^\/(usr\/)?(local\/)?s?bin\/[^/]+$/.test(name)) return false;
  if (isBrought(image, short)) return true;
  if (image.unknown && (short === 'curl' || short === 'wget')) return true;
  return brings[image.flavour].has(short);
}

/** "/usr/bin/curl"; BusyBox keeps its own in /bin. */
export function pathOf(image: Image, name: string): string | undefined {
  if (!hasProgram(image, name)) return undefined;
  if (name.includes('/')) return name;
  if (image.flavour === 'busybox') return `/bin/${name}`;
  return image.flavour === 'alpine' && /^(sh|ash|cat|ls|echo|grep|sed|date|ping|sleep|ps|mv|cp|rm|mkdir|hostname|netstat)$/.test(name)
    ? `/bin/${name}`
    : `/usr/bin/${name}`;
}

// What an image has installed beside its base system, and which programs that brings. The same name may be another program then:
// `ping` is a BusyBox applet, or that of iputils.

const packages = {
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
  traceroute: ['traceroute', 'traceroute6'],
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
