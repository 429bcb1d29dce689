// Servers that speak no HTTP, or nothing at all: databases, caches, pause, and the cluster's own daemons.
import { httpDate, reply, type Server, serve } from '../server.js';
import { option } from './echo.js';

const databaseLog = (now: number): string => new Date(now).toISOString().slice(0, 19).replace('T', ' ');

export const redisServer: Server = {
  name: 'redis-server',
  binds: 'each',
  run: (p) => {
    const port = Number(option(p.argv, 'port') ?? 6379);
    const d = new Date(p.machine.now);
    const stamp = `${d.getUTCDate()} ${d.toUTCString().slice(8, 11)} ${d.getUTCFullYear()} ${d.toISOString().slice(11, 23)}`;
    p.out(
      `1:C ${stamp} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n1:C ${stamp} * Redis version=${p.machine.host.image.version}, bits=64, commit=00000000, modified=0, pid=1, just started\n`,
    );
    if (p.argv.length < 2)
      p.out(
        `1:C ${stamp} # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf\n`,
      );
    p.out(
      `1:M ${stamp} * monotonic clock: POSIX clock_gettime\n1:M ${stamp} * Running mode=standalone, port=${port}.\n1:M ${stamp} * Server initialized\n1:M ${stamp} * Ready to accept connections tcp\n`,
    );
    return serve(p, 'redis-server', [{ port }]);
  },
  banner: "-ERR wrong number of arguments for 'get' command\r\n",
};

export const mysqld: Server = {
  name: 'mysqld',
  run: (p) => {
    const product = p.machine.host.image.repository.endsWith('mariadb') ? 'MARIADB' : 'MYSQL';
    const stamp = new Date(p.machine.now).toISOString().slice(0, 19).replace('T', ' ');
    const note = (kind: string, text: string): void => p.out(`${stamp}+00:00 [${kind}] [Entrypoint]: ${text}\n`);
    note('Note', `Entrypoint script for ${product === 'MYSQL' ? 'MySQL' : 'MariaDB'} Server ${p.machine.host.image.version} started.`);
    const options = ['ROOT_PASSWORD', 'ALLOW_EMPTY_PASSWORD', 'RANDOM_ROOT_PASSWORD'].flatMap((o) => [
      `MYSQL_${o}`,
      `MARIADB_${o.replace('ALLOW_EMPTY_PASSWORD', 'ALLOW_EMPTY_ROOT_PASSWORD')}`,
    ]);
    if (!options.some((o) => p.env.get(o))) {
      note('ERROR', 'Database is uninitialized and password option is not specified');
      p.err(
        `    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n`,
      );
      return 1;
    }
    note('Note', "Switching to dedicated user 'mysql'");
    return serve(p, 'mysqld', [{ port: 3306 }]);
  },
  banner: 'J\0\0\0\n',
};

export const postgres: Server = {
  name: 'postgres',
  binds: 'each',
  run: (p) => {
    if (!p.env.get('POSTGRES_PASSWORD') && p.env.get('POSTGRES_HOST_AUTH_METHOD') !== 'trust') {
      p.err(
        'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about "trust":\n       https://www.postgresql.org/docs/current/auth-trust.html\n',
      );
      return 1;
    }
    p.err(`${databaseLog(p.machine.now)}.000 UTC [1] LOG:  database system is ready to accept connections\n`);
    return serve(p, 'postgres', [{ port: 5432 }]);
  },
};

export const mongod: Server = {
  name: 'mongod',
  run: (p) => serve(p, 'mongod', [{ port: Number(option(p.argv, 'port') ?? 27017) }]),
  http: (_request, at) => {
    const body = 'It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n';
    return reply(
      200,
      'OK',
      [
        ['Connection', 'close'],
        ['Content-Type', 'text/plain'],
        ['Content-Length', String(body.length)],
        ['Date', httpDate(at.now)],
      ],
      body,
    );
  },
};

export const memcached: Server = {
  name: 'memcached',
  binds: 'each',
  run: (p) => serve(p, 'memcached', [{ port: 11211 }]),
  banner: 'ERROR\r\n',
};
export const rabbitmq: Server = {
  name: 'rabbitmq-server',
  run: (p) => serve(p, 'rabbitmq-server', [{ port: 5672 }]),
  banner: 'AMQP\0\0\t\x01',
};

export const pause: Server = { name: 'pause', run: (p) => p.machine.forever() };

/** `nc -l`: takes what comes and says nothing. */
export const netcat: Server = { name: 'nc', silent: true, run: (p) => p.machine.forever() };

/** A program of which nothing is known but that its container declares ports. */
export const someServer: Server = {
  name: '',
  run: (p) => serve(p, '', p.machine.host.declaredPorts),
  certificate: (at) => ({ subject: at.pod.name, issuer: '', names: [] }),
  http: (_request, at) =>
    reply(
      200,
      'OK',
      [
        ['Date', httpDate(at.now)],
        ['Content-Length', '0'],
      ],
      '',
    ),
};
