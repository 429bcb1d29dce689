// Runs as root in a network namespace that is the node: builds its Pods and the rest of the world in namespaces of their own, loads rules, sends packets.
// JSON in: {pods, others, ports, jobs: [{load, rules, probes: [{from, to, port, protocol}]}]}; out: for each job, {loaded, results: [{outcome, said}]}.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from './agent.mjs';

const { pods, others, ports, jobs } = JSON.parse(readFileSync(0, 'utf8'));
const sh = (script) => execFileSync('sh', ['-ec', script], { stdio: ['ignore', 'pipe', 'inherit'] });
const self = fileURLToPath(new URL('./agent.mjs', import.meta.url));

class Agent {
  #waiting = new Map();
  #next = 0;

  constructor(addresses) {
    this.child = spawn('unshare', ['--net', process.execPath, self, 'agent', JSON.stringify({ addresses, ports })], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line);
      const key = answer.ready ? 'ready' : answer.started ? 'start' : answer.id;
      this.#waiting.get(key)?.(answer);
      this.#waiting.delete(key);
    });
    this.child.on('exit', () => process.exit(1));
    this.ready = new Promise((done) => this.#waiting.set('ready', done));
  }

  start() {
    this.child.stdin.write('{"start":true}\n');
    return new Promise((done) => this.#waiting.set('start', done));
  }

  connect(probe) {
    const id = this.#next++;
    this.child.stdin.write(`${JSON.stringify({ id, ...probe })}\n`);
    return new Promise((done) => this.#waiting.set(id, done));
  }
}

const world = new Agent(others);
const agents = new Map(pods.map((ip) => [ip, new Agent([ip])]));
await Promise.all([world, ...agents.values()].map((a) => a.ready));

sh(`
  ip link set lo up
  sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
  sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000 || true
  ip link add name eth0 type veth peer name wire
  ip link set wire netns ${world.child.pid}
  ip address add 172.30.1.2/16 dev eth0
  ip link set eth0 up
  ip route add default via 172.30.1.1
  ip route add 10.244.1.0/24 via 172.30.1.3
  ip route add 10.244.2.0/24 via 172.30.1.4
`);
const inWorld = `nsenter -t ${world.child.pid} -n`;
sh(`
  ${inWorld} ip link set lo up
  ${inWorld} ip link set wire up
  ${inWorld} ip address add 172.30.1.1/16 dev wire
  ${others.map((ip) => (ip === '172.30.1.1' ? '' : ip.startsWith('172.') ? `${inWorld} ip address add ${ip}/16 dev wire` : `${inWorld} ip address add ${ip}/32 dev lo`)).join('\n')}
  ${inWorld} ip route add 10.244.0.0/24 via 172.30.1.2
  ${inWorld} ip route add 203.0.113.0/24 via 172.30.1.2
  ${inWorld} ip route add 198.51.100.0/24 via 172.30.1.2
  ${inWorld} ip route add 10.96.0.0/12 via 172.30.1.2
  ${inWorld} ip route add blackhole default
  ${inWorld} sysctl -qw net.ipv4.ip_forward=0
`);
let n = 0;
for (const [ip, agent] of agents) {
  const inPod = `nsenter -t ${agent.child.pid} -n`;
  const name = `pod${n++}`;
  sh(`
    ip link add name ${name} type veth peer name e${name}
    ip link set e${name} netns ${agent.child.pid}
    ip address add 10.244.0.1/32 dev ${name}
    ip link set ${name} up
    ip route add ${ip}/32 dev ${name}
    ${inPod} ip link set lo up
    ${inPod} ip address add ${ip}/32 dev e${name}
    ${inPod} ip link set e${name} up
    ${inPod} ip route add 10.244.0.1/32 dev e${name}
    ${inPod} ip route add default via 10.244.0.1
  `);
}
await Promise.all([world, ...agents.values()].map((a) => a.start()));

const send = ({ from, ...probe }) => {
  if (from === 'node') return connect(probe);
  const agent = agents.get(from);
  return agent ? agent.connect(probe) : world.connect({ source: from, ...probe });
};

const out = [];
for (const { load, rules, probes } of jobs) {
  const loaded = spawnSync('sh', ['-c', load], { input: rules, encoding: 'utf8' });
  const results = await Promise.all(probes.map(send));
  out.push({ loaded: loaded.stderr, results: results.map(({ outcome, said }) => ({ outcome, said })) });
}
await new Promise((done) => process.stdout.write(JSON.stringify(out), done));
process.exit(0);
