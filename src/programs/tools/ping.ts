// ping as BusyBox and as iputils print it, and traceroute.
import { isIPv6 } from '../../network/net.js';
import { isInstalled } from '../image.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, refuse } from './arguments.js';
import { routeFor, sourceIn } from './ip.js';
import { ask, familyGiven, isAddress, resolveName, reverseName } from './lookup.js';

const isIputils = (p: Process): boolean => !isBusybox(p) || isInstalled(p.machine.host.image, 'iputils');

/** An answer comes after this many milliseconds. */
const roundTrip = 0.05;
const time = roundTrip.toFixed(3);

/** A command that nobody stops shows this many packets. */
const untilStopped = 4;

export const ping: Program = (p) => {
  const full = isIputils(p);
  const f = flags(p.argv, full ? '46nc:s:t:w:W:i:I:qDOvA' : '46c:s:t:w:W:i:I:qAp:');
  const family = p.argv[0]?.endsWith('ping6') ? 6 : familyGiven(f);
  if (f.unknown) return refuse(p, f.unknown);
  const [name] = f.rest;
  if (name === undefined) {
    p.err(full ? 'ping: usage error: Destination address required\n' : 'Usage: ping [OPTIONS] HOST\n');
    return 1;
  }
  for (const flag of ['c', 's', 'w', 'W', 'i'])
    if (f.has(flag) && !/^\d+(\.\d+)?$/.test(f.value(flag) as string)) {
      p.err(full ? `ping: invalid argument: '${f.value(flag)}'\n` : `ping: invalid number '${f.value(flag)}'\n`);
      return 1;
    }
  const found = resolveName(p, name, { family });
  const ip = found.addresses[0];
  if (ip === undefined) {
    const why = found.error === 'again' ? 'Temporary failure in name resolution' : 'Name or service not known';
    p.err(full ? `ping: ${name}: ${why}\n` : `ping: bad address '${name}'\n`);
    return full ? 2 : 1;
  }
  const plan = {
    ip,
    size: Number(f.value('s') ?? 56),
    count: f.has('c') ? Number(f.value('c')) : Number.POSITIVE_INFINITY,
    deadline: f.has('w') ? Number(f.value('w')) * 1000 : Number.POSITIVE_INFINITY,
    interval: Number(f.value('i') ?? 1) * 1000,
    patience: Number(f.value('W') ?? 10) * 1000,
    quiet: f.has('q'),
  };
  return full ? iputils(p, plan, isAddress(name) ? ip : found.name, f.has('n') || isAddress(name)) : busybox(p, plan, name);
};

interface Plan {
  readonly ip: string;
  readonly size: number;
  readonly count: number;
  readonly deadline: number;
  readonly interval: number;
  readonly patience: number;
  readonly quiet: boolean;
}

/** Sends until the count or the deadline is reached; how many. */
function sendAll(p: Process, plan: Plan, each: (n: number) => void): number {
  const begun = p.machine.now;
  const endless = plan.count === Number.POSITIVE_INFINITY && plan.deadline === Number.POSITIVE_INFINITY;
  let sent = 0;
  while (sent < plan.count && p.machine.now - begun < plan.deadline) {
    p.machine.spend(10);
    each(++sent);
    if (endless && (p.machine.limits.lookAhead || (sent >= untilStopped && p.machine.limits.until === Number.POSITIVE_INFINITY)))
      p.machine.forever();
    if (sent < plan.count) p.machine.sleep(Math.min(plan.interval, plan.deadline - (p.machine.now - begun)));
  }
  return sent;
}

function busybox(p: Process, plan: Plan, name: string): number {
  const { ip, size } = plan;
  p.out(`PING ${name} (${ip}): ${size} data bytes\n`);
  const ok = p.machine.ask(() => p.machine.host.wire.ping(ip)) === 'ok';
  const sent = sendAll(p, plan, (n) => {
    if (ok && !plan.quiet) p.out(`${size + 8} bytes from ${ip}: seq=${n - 1} ttl=64 time=${time} ms\n`);
  });
  if (!ok && plan.deadline === Number.POSITIVE_INFINITY) p.machine.sleep(plan.patience);
  const rate = ok ? `round-trip min/avg/max = ${time}/${time}/${time} ms\n` : '';
  p.out(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${ok ? sent : 0} packets received, ${ok ? 0 : 100}% packet loss\n${rate}`,
  );
  return ok ? 0 : 1;
}

function iputils(p: Process, plan: Plan, name: string, numeric: boolean): number {
  const { ip, size } = plan;
  p.out(`PING ${name} (${ip}) ${isIPv6(ip) ? `${size} data bytes` : `${size}(${size + 28}) bytes of data.`}\n`);
  const outcome = p.machine.ask(() => p.machine.host.wire.ping(ip));
  const ok = outcome === 'ok';
  const rejected = outcome === 'refused' || outcome === 'unreachable';
  const label = numeric || !ok ? ip : `${ask(p, reverseName(ip), 'PTR', undefined).answer.at(-1)?.data ?? ip} (${ip})`;
  const begun = p.machine.now;
  // A node rejects its own packets itself, before they leave.
  const own = p.machine.host.node !== undefined;
  const router =
    (own ? undefined : routeFor(p.machine.host.wire.netns(), ip)?.via) ??
    sourceIn(p.machine.host.wire.netns(), ip) ??
    p.machine.host.wire.ip;
  const sent = sendAll(p, plan, (n) => {
    if (plan.quiet) return;
    if (ok) p.out(`${size + 8} bytes from ${label === `${ip} (${ip})` ? ip : label}: icmp_seq=${n} ttl=64 time=${time} ms\n`);
    else if (rejected) {
      p.out(`From ${router} icmp_seq=${n} ${isIPv6(ip) ? 'Destination unreachable: Port unreachable' : 'Destination Port Unreachable'}\n`);
      if (own) p.err('ping: sendmsg: Operation not permitted\n');
    }
  });
  const spent = p.machine.now - begun;
  if (!ok && !rejected && plan.deadline === Number.POSITIVE_INFINITY) p.machine.sleep(plan.patience);
  const errors = rejected ? ` +${sent} errors,` : '';
  const tail = ok ? `rtt min/avg/max/mdev = ${time}/${time}/${time}/0.000 ms\n` : '\n';
  p.out(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${ok ? sent : 0} received,${errors} ${ok ? 0 : 100}% packet loss, time ${Math.max(0, Math.round(spent))}ms\n${tail}`,
  );
  return ok ? 0 : 1;
}

/** The router answers first; whoever answers pings answers then. UDP to a port that nobody has: what rules and policies do with it is what they do with a ping. */
export const traceroute: Program = (p) => {
  const busy = !(p.machine.host.image.flavour === 'debian' || isInstalled(p.machine.host.image, 'traceroute'));
  const f = flags(p.argv, '46nIm:q:w:p:s:');
  if (f.unknown) return refuse(p, f.unknown);
  const [name] = f.rest;
  if (name === undefined) {
    p.err('Usage: traceroute [-46nI] [-m MAXTTL] [-q PROBES] [-w SEC] HOST [BYTES]\n');
    return busy ? 1 : 2;
  }
  const { wire } = p.machine.host;
  const found = resolveName(p, name, { family: p.argv[0]?.endsWith('traceroute6') ? 6 : familyGiven(f) });
  const ip = found.addresses[0];
  if (ip === undefined) {
    p.err(
      busy
        ? `traceroute: bad address '${name}'\n`
        : `${name}: Name or service not known\nCannot handle "host" cmdline arg \`${name}' on position 1 (argc 1)\n`,
    );
    return busy ? 1 : 2;
  }
  const most = Number(f.value('m') ?? 30);
  const probes = Number(f.value('q') ?? 3);
  p.out(`traceroute to ${name} (${ip}), ${most} hops max, ${busy ? 46 : 60} byte packets\n`);
  const nameOf = (address: string): string =>
    f.has('n') ? address : `${ask(p, reverseName(address), 'PTR', undefined).answer.at(-1)?.data ?? address} (${address})`;
  const reached = p.machine.ask(() => wire.ping(ip)) === 'ok';
  const router = routeFor(wire.netns(), ip)?.via;
  const hops = [...(router && router !== ip ? [router] : []), ...(reached ? [ip] : [])];
  const rate = (n: number): string => Array.from({ length: probes }, () => `  ${((n + 1) * roundTrip).toFixed(3)} ms`).join('');
  for (let n = 0; n < most && n < hops.length + (reached ? 0 : most); n++) {
    const hop = hops[n];
    if (hop === undefined) p.machine.sleep(Number(f.value('w') ?? 5) * 1000 * (busy ? probes : 1));
    p.out(
      hop === undefined
        ? `${String(n + 1).padStart(2)}${busy ? '  *'.repeat(probes) : `  ${Array(probes).fill('*').join(' ')}`}\n`
        : `${String(n + 1).padStart(2)}  ${nameOf(hop)}${rate(n)}\n`,
    );
  }
  return 0;
};
