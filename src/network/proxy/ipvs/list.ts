// Prints virtual servers as ipvsadm 1.31 does: -L -n, and -S -n.
import { endpointText } from '../port.js';
import type { VirtualServer } from './servers.js';

export const titles = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
`;

const flagsOf = (s: VirtualServer): string =>
  `${s.persistent === undefined ? '' : ` persistent ${s.persistent}`}${s.scheduler === 'mh' ? ' (mh-port)' : ''}`;

/** "TCP  10.96.0.1:443 rr" */
export const serverLine = (s: VirtualServer): string => `${s.of.protocol.padEnd(4)} ${endpointText(s)} ${s.scheduler}${flagsOf(s)}`;

/** A connection is over before anything else happens, so none is active. */
export function destinationLine(destination: string, recent: number): string {
  return `  -> ${destination.slice(0, 28).padEnd(28)} Masq    1      0          ${String(recent).padEnd(10)}`;
}

/** `connections`: how many a destination still counts. */
export const listed = (servers: readonly VirtualServer[], connections: (server: string, destination: string) => number): string =>
  titles +
  servers
    .flatMap((s) => [serverLine(s), ...s.destinations.map(endpointText).map((d) => destinationLine(d, connections(s.name, d)))])
    .map((line) => `${line}\n`)
    .join('');

const letter: Readonly<Record<string, string>> = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' };

/** As `ipvsadm -R` reads it. */
export const saved = (servers: readonly VirtualServer[]): string =>
  servers
    .flatMap((s) => {
      const server = `${letter[s.of.protocol]} ${endpointText(s)}`;
      const persistence = s.persistent === undefined ? '' : ` -p ${s.persistent}`;
      return [`-A ${server} -s ${s.scheduler}${persistence}`, ...s.destinations.map((d) => `-a ${server} -r ${endpointText(d)} -m -w 1`)];
    })
    .map((line) => `${line}\n`)
    .join('');
