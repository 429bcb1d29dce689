// bash's /dev/tcp/HOST/PORT and /dev/udp/HOST/PORT: redirections that open a connection. Mirrors lib/sh/netopen.c.
import { parseIP } from '../../lib/ip.js';
import type { Exchange } from '../wire.js';
import type { Shell } from './io.js';

interface Socket {
  readonly path: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly host: string;
  readonly port: string;
}

/** Undefined: it is a file like others. */
export function socketOf(shell: Shell, path: string): Socket | undefined {
  const found = shell.dialect === 'bash' ? /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/.exec(path) : null;
  if (!found) return undefined;
  const [, kind = '', host = '', port = ''] = found;
  return { path, protocol: kind === 'tcp' ? 'TCP' : 'UDP', host, port };
}

/** Undefined when there is no connection, and that was said. */
export function openSocket(shell: Shell, { path, protocol, host, port }: Socket): Exchange | undefined {
  const { machine, io } = shell;
  const { wire } = machine.host;
  const fail = (first: string, why: string): undefined => {
    io.err(`bash: ${first}\n${shell.prefix()}${path}: ${why}\n`);
    return undefined;
  };
  if (!/^\d+$/.test(port)) return fail(`${port}: Servname not supported for ai_socktype`, 'Invalid argument');
  const found = parseIP(host) ? { addresses: [host] } : machine.ask(() => wire.lookup(host));
  const [ip] = found.addresses;
  if (ip === undefined) {
    const lost = 'error' in found && found.error === 'again';
    if (lost && found.silent) machine.sleep(10_000);
    return fail(`${host}: ${lost ? 'Temporary failure in name resolution' : 'Name or service not known'}`, 'Invalid argument');
  }
  const got = machine.ask(() => wire.connect(ip, Number(port), protocol));
  // Datagrams are on their way when they are sent.
  if (got.outcome === 'ok' || protocol === 'UDP') return got;
  if (got.outcome === 'timeout') machine.sleep(127_000);
  const why = { timeout: 'Connection timed out', unreachable: 'No route to host' }[got.outcome as string] ?? 'Connection refused';
  return fail(`connect: ${why}`, why);
}
