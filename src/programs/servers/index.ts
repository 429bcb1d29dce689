// Every server by name, and under which program names images start them.
import type { Server } from '../server.js';
import { busyboxHttpd } from './busybox-httpd.js';
import { coredns, corednsHealth, corednsMetrics, corednsReady } from './coredns.js';
import { memcached, mongod, mysqld, netcat, pause, postgres, rabbitmq, redisServer, someServer } from './daemons.js';
import { controlPlane } from './control-plane.js';
import { agnhost, echoServer, echoserver, helloApp, httpEcho, node, python, whoami } from './echo.js';
import { kubeProxy } from './kube-proxy.js';
import { httpd } from './httpd.js';
import { nginx } from './nginx/index.js';
import { sample } from './samples.js';
import { serviceHealth } from './service-health.js';
import { stress } from './stress.js';

const list: readonly Server[] = [
  ...controlPlane,
  agnhost,
  busyboxHttpd,
  coredns,
  corednsHealth,
  corednsMetrics,
  corednsReady,
  echoServer,
  echoserver,
  helloApp,
  httpEcho,
  httpd,
  kubeProxy,
  memcached,
  mongod,
  mysqld,
  netcat,
  nginx,
  node,
  pause,
  postgres,
  python,
  rabbitmq,
  redisServer,
  sample,
  serviceHealth,
  someServer,
  stress,
  whoami,
];

export const servers: ReadonlyMap<string, Server> = new Map(list.map((s) => [s.name, s]));

/** What the images of sample applications start. */
const sampleNames = [
  'apache2-foreground',
  'app.py',
  'catalina.sh',
  'event-simulator',
  'fluent-bit',
  'fluentd',
  'go-httpbin',
  'gunicorn',
  'hello-go',
  'hello-openshift',
  'kuard',
  'podinfo',
  'simpleapp',
  'two-ports',
  'webserver.js',
  'zkServer.sh',
  'redis-follower',
];

/** Program names beside the servers' own: paths are looked up by their last part. */
const aliases: Record<string, string> = {
  python: 'python3',
  httpd: 'httpd-foreground',
  mariadbd: 'mysqld',
  ...Object.fromEntries(sampleNames.map((n) => [n, 'sample'])),
};

export const serverProgram = (name: string): Server | undefined =>
  name === '' || name === 'nc' ? undefined : servers.get(aliases[name] ?? name);
