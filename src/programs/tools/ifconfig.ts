// ifconfig, route and arp: what `ip` shows, as net-tools and BusyBox print it.
import { isIPv6 } from '../../network/net.js';
import { formatIP, parseCIDR } from '../../lib/ip.js';
import type { Link } from '../../network/interfaces/index.js';
import { isInstalled } from '../image.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, refuse } from './arguments.js';

/** BusyBox' own rather than net-tools. */
export const isApplet = (p: Process): boolean => isBusybox(p) && !isInstalled(p.machine.host.image, 'net-tools');

const maskOf = (prefix: number): string => formatIP({ family: 'IPv4', value: (0xffffffffn << BigInt(32 - prefix)) & 0xffffffffn });

export const ifconfig: Program = (p) => {
  const f = flags(p.argv, 'as');
  if (f.unknown) return refuse(p, f.unknown);
  const [name, ...more] = f.rest;
  if (more.length > 0) {
    p.err(isApplet(p) ? 'ifconfig: SIOCSIFADDR: Operation not permitted\n' : 'SIOCSIFADDR: Operation not permitted\n');
    return 1;
  }
  const links = [...p.machine.host.wire.netns().links]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter((l) => name === undefined || l.name === name);
  if (links.length === 0) {
    p.err(
      isApplet(p)
        ? `ifconfig: ${name}: error fetching interface information: Device not found\n`
        : `${name}: error fetching interface information: Device not found\n`,
    );
    return 1;
  }
  for (const l of links) p.out(`${isApplet(p) ? busybox(l) : netTools(l)}\n`);
  return 0;
};

const kinds = { host: ['0x10<host>', 'Host'], link: ['0x20<link>', 'Link'], global: ['0x0<global>', 'Global'] } as const;

function netTools(l: Link): string {
  const addresses = l.addresses.map((a) =>
    a.ip.includes(':')
      ? `        inet6 ${a.ip}  prefixlen ${a.prefix}  scopeid ${kinds[a.scope][0]}\n`
      : `        inet ${a.ip}  netmask ${maskOf(a.prefix)}${a.broadcast ? `  broadcast ${a.broadcast}` : ''}\n`,
  );
  const flagText = l.loopback ? '73<UP,LOOPBACK,RUNNING>' : '4163<UP,BROADCAST,RUNNING,MULTICAST>';
  const hardware = l.loopback
    ? '        loop  txqueuelen 1000  (Local Loopback)\n'
    : `        ether ${l.mac}  txqueuelen 1000  (Ethernet)\n`;
  return `${l.name}: flags=${flagText}  mtu ${l.mtu}\n${addresses.join('')}${hardware}        RX packets 0  bytes 0 (0.0 B)\n        RX errors 0  dropped 0  overruns 0  frame 0\n        TX packets 0  bytes 0 (0.0 B)\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n`;
}

function busybox(l: Link): string {
  const pad = ' '.repeat(10);
  const addresses = l.addresses.map((a) =>
    a.ip.includes(':')
      ? `${pad}inet6 addr: ${a.ip}/${a.prefix} Scope:${kinds[a.scope][1]}\n`
      : `${pad}inet addr:${a.ip}${a.broadcast ? `  Bcast:${a.broadcast}` : l.loopback ? '' : '  Bcast:0.0.0.0'}  Mask:${maskOf(a.prefix)}\n`,
  );
  const hardware = l.loopback ? 'Link encap:Local Loopback  ' : `Link encap:Ethernet  HWaddr ${l.mac.toUpperCase()}  `;
  return `${l.name.padEnd(10)}${hardware}\n${addresses.join('')}${pad}UP ${l.loopback ? 'LOOPBACK RUNNING' : 'BROADCAST RUNNING MULTICAST'}  MTU:${l.mtu}  Metric:1\n${pad}RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n${pad}TX packets:0 errors:0 dropped:0 overruns:0 carrier:0\n${pad}collisions:0 txqueuelen:1000 \n${pad}RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n`;
}

/** `route` and `netstat -r`. */
export function routeTable(p: Process, numeric: boolean, ofNetstat: boolean): void {
  p.out('Kernel IP routing table\n');
  p.out(
    ofNetstat
      ? 'Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n'
      : 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n',
  );
  for (const r of p.machine.host.wire.netns().routes.filter((x) => x.family === 4)) {
    const cidr = r.to === 'default' ? undefined : parseCIDR(r.to.includes('/') ? r.to : `${r.to}/32`);
    const to = r.to === 'default' ? (numeric ? '0.0.0.0' : 'default') : (r.to.split('/')[0] as string);
    const gateway = r.via ?? (numeric || !isApplet(p) ? '0.0.0.0' : '*');
    const flagText = `U${r.via ? 'G' : ''}${cidr?.prefix === 32 ? 'H' : ''}`;
    const mask = cidr ? maskOf(cidr.prefix) : '0.0.0.0';
    p.out(
      `${to.padEnd(15)} ${gateway.padEnd(15)} ${mask.padEnd(15)} ${flagText.padEnd(5)} ${ofNetstat ? '    0 0          0' : '0      0        0'} ${r.device}\n`,
    );
  }
}

export const route: Program = (p) => {
  const f = flags(p.argv, 'neA:');
  if (f.unknown || f.has('e') || f.has('A')) return refuse(p, f.unknown ?? (f.has('e') ? '-e' : '-A'));
  if (f.rest.length > 0) {
    p.err(isApplet(p) ? 'route: SIOCADDRT: Operation not permitted\n' : 'SIOCADDRT: Operation not permitted\n');
    return isApplet(p) ? 1 : 7;
  }
  routeTable(p, f.has('n'), false);
  return 0;
};

export const arp: Program = (p) => {
  const f = flags(p.argv, 'anve');
  if (f.unknown) return refuse(p, f.unknown);
  const neighbours = p.machine.host.wire.netns().neighbours.filter((n) => !isIPv6(n.ip));
  if (isApplet(p) || f.has('a'))
    for (const n of neighbours) p.out(`? (${n.ip}) at ${n.mac} [ether]${isApplet(p) ? ' ' : ''} on ${n.device}\n`);
  else {
    if (neighbours.length > 0) p.out('Address                  HWtype  HWaddress           Flags Mask            Iface\n');
    for (const n of neighbours) p.out(`${n.ip.padEnd(24)} ether   ${n.mac}   C                     ${n.device}\n`);
  }
  return 0;
};
