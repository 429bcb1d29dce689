// kubelab's own verbs that steer the lab itself. Each is loaded by its own import(), as those of cli/verbs are.
import type { VerbEntry } from '../../cli/verbs/index.js';
import type { Verb } from '../../model/verb.js';
import type { Main } from './demo.js';

/** `main` runs one command line: the demo is made of them. */
export function labVerbs(main: Main): readonly VerbEntry[] {
  const entry = (id: string, load: () => Promise<Verb<unknown>>): VerbEntry => ({ id, aliases: [], load });
  const cluster = (id: string): VerbEntry =>
    entry(`cluster ${id}`, async () => (await import('./cluster.js')).cluster[id] as Verb<unknown>);
  const clock = (id: string): VerbEntry => entry(`clock ${id}`, async () => (await import('./clock.js')).clock[id] as Verb<unknown>);
  const addons = (id: string): VerbEntry => entry(`addons ${id}`, async () => (await import('./addons.js')).addons[id] as Verb<unknown>);
  const node = (id: string): VerbEntry => entry(`node ${id}`, async () => (await import('./node.js')).node[id] as Verb<unknown>);
  return [
    addons('disable'),
    addons('enable'),
    addons('list'),
    clock('advance'),
    clock('set'),
    clock('show'),
    cluster('check'),
    cluster('create'),
    cluster('delete'),
    cluster('info'),
    cluster('reset'),
    node('add'),
    node('remove'),
    node('start'),
    node('stop'),
    entry('demo', async () => (await import('./demo.js')).demo(main)),
  ];
}
