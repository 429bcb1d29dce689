// ping, nc, telnet.
import type { Process, Program } from '../process.js';
import { flags, isBusybox, refuse } from './arguments.js';

const lookup = (p: Process, name: string): string | undefined => p.machine.ask(() => p.machine.host.wire.lookup(name)).addresses[0];

export const ping: Program = (p) => {
  const f = flags(p.argv, '46c:s:t:w:W:i:I:q');
  const [name] = f.rest;
  if (f.unknown) return refuse(p, f.unknown);
  if (name === undefined) {
    p.err('ping: usage error: Destination address required\n');
    return 1;
  }
  const ip = lookup(p, name);
  if (ip === undefined) {
    p.err(isBusybox(p) ? `ping: bad address '${name}'\n` : `ping: ${name}: Name or service not known\n`);
    return isBusybox(p) ? 1 : 2;
  }
  const size = Number(f.value('s') ?? 56);
  p.out(isBusybox(p) ? `PING ${name} (${ip}): ${size} data bytes\n` : `PING ${name} (${ip}) ${size}(${size + 28}) bytes of data.\n`);
  const seconds = Number(f.value('w') ?? Number.POSITIVE_INFINITY);
  const wanted = f.has('c') ? Number(f.value('c')) : Math.min(seconds, Number.POSITIVE_INFINITY);
  const outcome = p.machine.ask(() => p.machine.host.wire.ping(ip));
  let sent = 0;
  let received = 0;
  const begun = p.machine.now;
  while (sent < wanted && p.machine.now - begun < seconds * 1000) {
    p.machine.spend(100);
    sent++;
    if (outcome === 'ok') {
      received++;
      if (!f.has('q'))
        p.out(
          isBusybox(p)
            ? `${size + 8} bytes from ${ip}: seq=${sent - 1} ttl=64 time=0.050 ms\n`
            : `${size + 8} bytes from ${ip}: icmp_seq=${sent} ttl=64 time=0.050 ms\n`,
        );
    }
    if (sent < wanted) p.machine.sleep(1000);
  }
  if (received < sent) p.machine.sleep(Number(f.value('W') ?? 10) * 1000);
  const loss = Math.round((100 * (sent - received)) / Math.max(1, sent));
  p.out(
    isBusybox(p)
      ? `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n${received > 0 ? 'round-trip min/avg/max = 0.050/0.050/0.050 ms\n' : ''}`
      : `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} received, ${loss}% packet loss, time ${Math.max(0, sent - 1) * 1000}ms\n${received > 0 ? 'rtt min/avg/max/mdev = 0.050/0.050/0.050/0.000 ms' : ''}\n`,
  );
  return received > 0 ? 0 : 1;
};

export const nc: Program = (p) => {
  const f = flags(p.argv, 'lzvunkw:p:e:s:q:i:4N');
  if (f.unknown) return refuse(p, f.unknown);
  if (f.has('l')) {
    const port = Number(f.value('p') ?? f.rest.at(-1));
    p.machine.sockets.push({ protocol: f.has('u') ? 'UDP' : 'TCP', port, server: 'nc', argv: [...p.argv] });
    return p.machine.forever();
  }
  const [name = '', portText = ''] = f.rest;
  const ip = lookup(p, name);
  if (ip === undefined) {
    p.err(
      isBusybox(p) ? `nc: bad address '${name}'\n` : `nc: getaddrinfo for host "${name}" port ${portText}: Name or service not known\n`,
    );
    return 1;
  }
  const protocol = f.has('u') ? 'UDP' : 'TCP';
  const ports = /^(\d+)-(\d+)$/.exec(portText);
  const list = ports
    ? Array.from({ length: Math.min(1000, Number(ports[2]) - Number(ports[1]) + 1) }, (_, i) => Number(ports[1]) + i)
    : [Number(portText)];
  let code = 0;
  for (const port of list) code = Math.max(code, connect(p, f, name, ip, port, protocol));
  return code;
};

function connect(p: Process, f: ReturnType<typeof flags>, name: string, ip: string, port: number, protocol: 'TCP' | 'UDP'): number {
  const text = f.has('z') ? '' : p.stdin;
  const http = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r?\n/.exec(text);
  const host = /^host: *(\S+)/im.exec(text)?.[1] ?? name;
  const got = p.machine.ask(() =>
    p.machine.host.wire.connect(
      ip,
      port,
      protocol,
      http ? { method: http[1] as string, path: http[2] as string, host, headers: [], body: '' } : undefined,
    ),
  );
  if (got.outcome === 'timeout') {
    p.machine.sleep(Number(f.value('w') ?? 127) * 1000);
    p.err(isBusybox(p) ? 'nc: timed out\n' : `nc: connect to ${name} (${ip}) port ${port} (tcp) timed out: Operation now in progress\n`);
    return 1;
  }
  if (got.outcome !== 'ok') {
    if (isBusybox(p))
      p.err(
        f.has('v') ? `nc: ${name} (${ip}:${port}): Connection refused\n` : `nc: can't connect to remote host (${ip}): Connection refused\n`,
      );
    else if (f.has('v')) p.err(`nc: connect to ${name} (${ip}) port ${port} (tcp) failed: Connection refused\n`);
    return 1;
  }
  if (f.has('v'))
    p.err(
      isBusybox(p)
        ? `${name} (${ip}:${port}) open\n`
        : `Connection to ${name} (${ip}) ${port} port [${protocol.toLowerCase()}/*] succeeded!\n`,
    );
  if (got.reply)
    p.out(
      `HTTP/1.1 ${got.reply.status} ${got.reply.reason}\r\n${got.reply.headers.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${got.reply.body}`,
    );
  return 0;
}

export const telnet: Program = (p) => {
  const [name = '', port = '23'] = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  const ip = lookup(p, name);
  if (ip === undefined) {
    p.err(`telnet: bad address '${name}'\n`);
    return 1;
  }
  const got = p.machine.ask(() => p.machine.host.wire.connect(ip, Number(port), 'TCP'));
  if (got.outcome === 'ok') {
    p.out(`Connected to ${name}\n`);
    return 0;
  }
  if (got.outcome === 'timeout') p.machine.sleep(127_000);
  p.err(`telnet: can't connect to remote host (${ip}): ${got.outcome === 'timeout' ? 'Connection timed out' : 'Connection refused'}\n`);
  return 1;
};
