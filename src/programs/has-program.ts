// Which programs an image's PATH holds, simulated or not.
import type { Flavour, Image } from './image.js';
import { isBrought } from './packages.js';

const words = (text: string): string[] => text.split(/\s+/).filter((w) => w !== '');

/** Of every Linux image that has a shell. */
const common =
  words(`[ awk base64 basename cat chgrp chmod chown cp cut date dd df dirname du echo env expr factor false find fold grep egrep fgrep head hostid hostname id
  kill link ln ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc od paste pidof printenv printf pwd readlink realpath rev rm rmdir sed seq sh sha1sum sha256sum sha512sum shuf sleep
  sort split stat stty sync tac tail tar tee test timeout touch tr true truncate tty umount uname uniq unlink wc which who whoami xargs yes mount`);
const applets =
  words(`arp ash bc clear cmp cpio crond diff dmesg free fuser gunzip gzip hexdump ifconfig ip iostat killall less login lsof more nc netstat nslookup patch ping ping6 pgrep pkill ps route strings
  su sysctl telnet time top traceroute unzip uptime usleep vi watch wget zcat tftp ipcalc`);

const brings: Readonly<Record<Flavour, ReadonlySet<string>>> = {
  busybox: new Set([...common, ...applets, 'httpd', 'httpd', 'telnetd', 'whois', 'ftpget']),
  alpine: new Set([...common, ...applets, 'getent', 'apk', 'nano']),
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
