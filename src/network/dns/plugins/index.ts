// CoreDNS' plugins in the order in which they take their turns, whatever the order in the Corefile. Mirrors coredns/plugin.cfg.
import { kubernetes } from '../kubernetes/index.js';
import { type Handler, mistake, type Plugin } from '../plugin.js';
import { acl } from './acl.js';
import { autopath } from './autopath.js';
import { cache } from './cache.js';
import { file } from './file.js';
import { forward } from './forward.js';
import { header } from './header.js';
import { hosts } from './hosts.js';
import { errors, log } from './log.js';
import { bind, bufsize, cancel, debug, health, loop, metadata, nsid, prometheus, ready, reload } from './process.js';
import { rewrite } from './rewrite.js';
import { any, chaos, loadbalance, local, minimal, whoami } from './small.js';
import { template } from './template.js';

/** `root metadata ...`: all the directives that a CoreDNS knows. */
const order =
  `root metadata geoip cancel proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize bind debug trace ready health pprof shed prometheus errors log dnstap local dns64 any chaos
  loadbalance tsig rewrite autopath acl cache header dnssec tls minimal template transfer hosts route53 azure clouddns k8s_external kubernetes file auto secondary etcd loop forward grpc erratic whoami on
  sign view nomad`.split(/\s+/);

export const directives: ReadonlySet<string> = new Set(order);

const plugins = new Map(
  [
    acl,
    any,
    bind,
    bufsize,
    cache,
    cancel,
    chaos,
    debug,
    errors,
    file,
    forward,
    header,
    health,
    hosts,
    kubernetes,
    loadbalance,
    local,
    log,
    loop,
    metadata,
    minimal,
    nsid,
    prometheus,
    ready,
    reload,
    rewrite,
    template,
    whoami,
  ].map((p) => [p.name, p]),
);

/** The plugin of a directive; one that is not simulated says so when it is set up. `others`: of the same server block. */
export function pluginOf(name: string, others: ReadonlyMap<string, { plugin: Plugin; handler: Handler }>): Plugin {
  if (name === 'autopath') return autopath(others);
  return (
    plugins.get(name) ?? {
      name,
      setup: () => {
        throw mistake(`kubelab does not simulate the plugin '${name}'`);
      },
    }
  );
}

export const ordered = (names: Iterable<string>): string[] => {
  const wanted = new Set(names);
  return order.filter((name) => wanted.has(name));
};
