// Clients of databases, as far as they ask whether the server is there: redis-cli ping, pg_isready, mysqladmin ping.
import type { Process, Program } from '../process.js';
import type { Exchange } from '../wire.js';
import { flags, refuse } from './arguments.js';
import { resolveName } from './lookup.js';

function reach(p: Process, host: string, port: number): Exchange | undefined {
  const ip = resolveName(p, host).addresses[0];
  return ip === undefined ? undefined : p.machine.ask(() => p.machine.host.wire.connect(ip, port, 'TCP'));
}

const why = (outcome: Exchange['outcome']): string =>
  outcome === 'timeout' ? 'Connection timed out' : outcome === 'unreachable' ? 'No route to host' : 'Connection refused';

export const redisCli: Program = (p) => {
  const f = flags(p.argv, 'h:p:a:n:u:', {}, true);
  if (f.unknown) return refuse(p, f.unknown);
  const [host, port] = [f.value('h') ?? '127.0.0.1', Number(f.value('p') ?? 6379)];
  const got = reach(p, host, port);
  if (got?.outcome !== 'ok') {
    if (got?.outcome === 'timeout') p.machine.sleep(127_000);
    p.err(`Could not connect to Redis at ${host}:${port}: ${got ? why(got.outcome) : 'Name or service not known'}\n`);
    return 1;
  }
  if (f.rest.length === 1 && f.rest[0]?.toLowerCase() === 'ping') {
    p.out('PONG\n');
    return 0;
  }
  return refuse(p, f.rest.join(' ') || 'without a command');
};

export const pgIsready: Program = (p) => {
  const f = flags(p.argv, 'h:p:U:d:t:q', { host: 'h', port: 'p', username: 'U', dbname: 'd', timeout: 't', quiet: 'q' });
  if (f.unknown) return refuse(p, f.unknown);
  const [host, port] = [f.value('h'), Number(f.value('p') ?? 5432)];
  const ok = reach(p, host ?? '127.0.0.1', port)?.outcome === 'ok';
  if (!f.has('q')) p.out(`${host ?? '/var/run/postgresql'}:${port} - ${ok ? 'accepting connections' : 'no response'}\n`);
  return ok ? 0 : 2;
};

export const mysqladmin: Program = (p) => {
  const f = flags(p.argv, 'h:P:u:p', { host: 'h', port: 'P', user: 'u', password: 'p' });
  if (f.unknown || f.rest[0] !== 'ping') return refuse(p, f.unknown ?? (f.rest.join(' ') || 'without a command'));
  const [host, port] = [f.value('h') ?? 'localhost', Number(f.value('P') ?? 3306)];
  const got = reach(p, host, port);
  if (got?.outcome === 'ok') {
    p.out('mysqld is alive\n');
    return 0;
  }
  p.err(
    `mysqladmin: connect to server at '${host}' failed\nerror: 'Can't connect to MySQL server on '${host}:${port}' (${got?.outcome === 'timeout' ? 110 : 111})'\n`,
  );
  return 1;
};

export const mysql: Program = (p) => {
  const f = flags(
    p.argv.map((a) => (/^-p./.test(a) ? '-p' : a)),
    'h:P:u:pe:D:sNBt',
    { host: 'h', port: 'P', user: 'u', password: 'p', execute: 'e', database: 'D' },
  );
  if (f.unknown) return refuse(p, f.unknown);
  const [host, port] = [f.value('h'), Number(f.value('P') ?? 3306)];
  const found = host === undefined ? undefined : resolveName(p, host);
  if (found?.addresses.length === 0) {
    p.err(`ERROR 2005 (HY000): Unknown MySQL server host '${host}' (${found.error === 'again' ? -3 : -2})\n`);
    return 1;
  }
  const got = reach(p, host ?? '127.0.0.1', port);
  if (got?.outcome === 'ok') return refuse(p, 'with a server that answers');
  if (got?.outcome === 'timeout') p.machine.sleep(127_000);
  p.err(
    host === undefined
      ? "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)\n"
      : `ERROR 2003 (HY000): Can't connect to MySQL server on '${host}:${port}' (${got?.outcome === 'timeout' ? 110 : 111})\n`,
  );
  return 1;
};

export const psql: Program = (p) => {
  const f = flags(p.argv, 'h:p:U:d:c:tAqwWl', { host: 'h', port: 'p', username: 'U', dbname: 'd', command: 'c' });
  if (f.unknown) return refuse(p, f.unknown);
  const [host, port] = [f.value('h'), Number(f.value('p') ?? 5432)];
  const found = host === undefined ? undefined : resolveName(p, host);
  if (found?.addresses.length === 0) {
    p.err(
      `psql: error: could not translate host name "${host}" to address: ${found.error === 'again' ? 'Temporary failure in name resolution' : 'Name or service not known'}\n`,
    );
    return 2;
  }
  const got = reach(p, host ?? '127.0.0.1', port);
  if (got?.outcome === 'ok') return refuse(p, 'with a server that answers');
  if (got?.outcome === 'timeout') p.machine.sleep(127_000);
  const at = host === undefined ? 'on socket "/var/run/postgresql/.s.PGSQL.5432"' : `at "${host}" (${found?.addresses[0]}), port ${port}`;
  p.err(
    `psql: error: connection to server ${at} failed: ${host === undefined ? 'No such file or directory' : why(got?.outcome ?? 'refused')}\n\tIs the server running ${host === undefined ? 'locally and accepting connections on that socket' : 'on that host and accepting TCP/IP connections'}?\n`,
  );
  return 2;
};
