// systemctl on a node, for the services that make it one: kubelet and containerd. Mirrors systemd's own words.
import { containerdOf, downSince, kubeletOf, setFault } from '../../model/faults.js';
import type { NodeAccess } from '../node-access.js';
import type { NodeProgram } from '../process.js';
import type { Process } from '../process.js';
import { strftime } from './system.js';

interface Unit {
  readonly title: string;
  readonly docs: string;
  readonly pid: number;
  readonly fault: (node: string) => string;
  /** Who has to look when it stops, and after how many milliseconds. */
  readonly noticed: readonly (readonly [controller: string, ms: number])[];
}

const units: Readonly<Record<string, Unit>> = {
  containerd: {
    title: 'containerd container runtime',
    docs: 'https://containerd.io',
    pid: 612,
    fault: containerdOf,
    noticed: [['node-status', 30_000]],
  },
  kubelet: {
    title: 'kubelet: The Kubernetes Node Agent',
    docs: 'https://kubernetes.io/docs/',
    pid: 918,
    fault: kubeletOf,
    noticed: [['node-lifecycle', 50_000]],
  },
};

export const systemctl: NodeProgram = (p, node) => {
  const [verb = '', ...rest] = p.argv.slice(1).filter((a) => !['--now', '--no-pager', '-l', '-q'].includes(a));
  const flag = [verb, ...rest].find((a) => a.startsWith('-'));
  if (flag) {
    p.err(`kubelab: systemctl ${flag} is not simulated\n`);
    return 126;
  }
  if (verb === 'daemon-reload') return 0;
  const act = actions[verb];
  if (!act) {
    p.err(verb === '' ? 'kubelab: systemctl without a command is not simulated\n' : `kubelab: systemctl ${verb} is not simulated\n`);
    return 126;
  }
  if (rest.length === 0) {
    p.err('Too few arguments.\n');
    return 1;
  }
  return Math.max(...rest.map((name) => act(p, node, name.replace(/\.service$/, ''))));
};

type Action = (p: Process, node: NodeAccess, name: string) => number;

const change =
  (verb: string, run: (p: Process, node: NodeAccess, unit: Unit) => void): Action =>
  (p, node, name) => {
    const unit = units[name];
    if (unit) run(p, node, unit);
    else p.err(`Failed to ${verb} ${name}.service: Unit ${name}.service not ${verb === 'stop' ? 'loaded' : 'found'}.\n`);
    return unit ? 0 : 5;
  };

const kept = (node: NodeAccess): Parameters<typeof setFault>[0] => ({
  state: (key) => node.net.reader.state(key),
  setState: (key, value) => node.setState(key, value),
});

const since = (node: NodeAccess, unit: Unit): number | undefined => downSince(node.net.reader, unit.fault(node.name));

const stop = (p: Process, node: NodeAccess, unit: Unit): void => {
  if (since(node, unit) !== undefined) return;
  setFault(kept(node), unit.fault(node.name), { since: p.machine.now });
  for (const [controller, ms] of unit.noticed) node.wake(controller, node.name, ms);
};

const start = (p: Process, node: NodeAccess, unit: Unit): void => {
  if (since(node, unit) !== undefined) setFault(kept(node), unit.fault(node.name), { since: p.machine.now, returning: true });
};

const restart = (p: Process, node: NodeAccess, unit: Unit): void =>
  setFault(kept(node), unit.fault(node.name), { since: p.machine.now, returning: true });

const actions: Readonly<Record<string, Action>> = {
  stop: change('stop', stop),
  start: change('start', start),
  restart: change('restart', restart),
  'is-active': (p, node, name) => {
    const unit = units[name];
    const active = unit !== undefined && since(node, unit) === undefined;
    p.out(active ? 'active\n' : 'inactive\n');
    return active ? 0 : unit ? 3 : 4;
  },
  status: (p, node, name) => {
    const unit = units[name];
    if (!unit) {
      p.err(`Unit ${name}.service could not be found.\n`);
      return 4;
    }
    const stopped = since(node, unit);
    const { now } = p.machine;
    const ago = (ms: number): string => `${strftime('%a %Y-%m-%d %H:%M:%S UTC', ms)}; ${span(now - ms)} ago`;
    const created = Date.parse(node.net.reader.get('Node', '', node.name)?.metadata.creationTimestamp ?? '') || now;
    p.out(`${stopped === undefined ? '●' : '○'} ${name}.service - ${unit.title}
     Loaded: loaded (/usr/lib/systemd/system/${name}.service; enabled; preset: enabled)
     Active: ${stopped === undefined ? `active (running) since ${ago(created)}` : `inactive (dead) since ${ago(stopped)}`}
       Docs: ${unit.docs}
   Main PID: ${unit.pid} ${stopped === undefined ? `(${name})` : '(code=exited, status=0/SUCCESS)'}
`);
    return stopped === undefined ? 0 : 3;
  },
};

/** "5s", "1min 5s", "2h 3min": systemd's words. */
function span(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const parts: [number, string][] = [
    [Math.floor(s / 86_400), 'day'],
    [Math.floor((s % 86_400) / 3600), 'h'],
    [Math.floor((s % 3600) / 60), 'min'],
    [s % 60, 's'],
  ];
  const shown = parts.filter(([n]) => n > 0).slice(0, 2);
  return shown.length === 0 ? '0s' : shown.map(([n, unit]) => (unit === 'day' ? `${n} day${n === 1 ? '' : 's'}` : `${n}${unit}`)).join(' ');
}
