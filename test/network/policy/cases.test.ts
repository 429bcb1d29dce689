// Cyclonus' policies (fixtures/cases/networkpolicy.json), each with who reaches whom on every port: asked of the packet's whole way.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { networkPolicy } from '../../../src/kinds/network-policy/index.js';
import type { NetworkPolicy, Pod } from '../../../src/model/generated/api.js';
import type { KubeObject } from '../../../src/model/object.js';
import type { Packet } from '../../../src/model/packet.js';
import { walk } from '../../../src/network/path.js';
import { World } from './world.js';

interface Action {
  readonly apply?: KubeObject[];
  readonly command?: string;
}

interface Case {
  readonly id: string;
  readonly given: { readonly steps: readonly (readonly Action[])[] };
  readonly expect: { readonly steps: readonly { readonly order: string[]; readonly reach: Record<string, string[]> }[] };
}

const here = dirname(fileURLToPath(import.meta.url));
const { fixtures, cases } = JSON.parse(readFileSync(resolve(here, '../../../fixtures/cases/networkpolicy.json'), 'utf8')) as {
  fixtures: { xyz: KubeObject[] };
  cases: Case[];
};

const kinds: Record<string, string> = { pod: 'Pod', namespace: 'Namespace', networkpolicy: 'NetworkPolicy.networking.k8s.io' };

function put(world: World, object: KubeObject): void {
  const copy = structuredClone(object);
  if (copy.kind === 'NetworkPolicy') networkPolicy.defaults?.(copy as unknown as NetworkPolicy);
  if (copy.kind === 'Pod') copy.spec.nodeName = copy.metadata.name < 'c' ? 'node01' : 'node02';
  world.put(copy);
}

/** `kubectl delete KIND NAME -n NS` and `kubectl label pod NAME -n NS --overwrite K=V|K-`, which is all that the cases use. */
function run(world: World, command: string): void {
  const [, verb, kind = '', name = '', flag, namespace, , pair] = command.split(' ');
  const key = flag === '-n' ? `${namespace}/${name}` : name;
  if (verb === 'delete') return world.remove(kinds[kind] as string, key);
  if (verb !== 'label' || kind !== 'pod' || !pair) throw new Error(command);
  const pod = structuredClone(world.reader.get('Pod', namespace as string, name)) as Pod;
  const [label = '', value] = pair.split('=');
  const { [label.replace(/-$/, '')]: _, ...others } = pod.metadata.labels ?? {};
  pod.metadata.labels = value === undefined ? others : { ...others, [label]: value };
  world.put(pod);
}

function matrix(world: World, order: readonly string[], port: number, protocol: Packet['protocol']): string[] {
  const pods = order.map((key) => world.reader.get('Pod', ...(key.split('/') as [string, string])) as Pod);
  return pods.map((sender) =>
    pods
      .map((receiver) => {
        if (receiver === sender) return '-';
        const from = { kind: 'pod', namespace: sender.metadata.namespace ?? '', name: sender.metadata.name } as const;
        const packet: Packet = {
          from: {
            ...from,
            ip: sender.status?.podIP ?? '',
            node: sender.spec.nodeName ?? '',
          },
          to: receiver.status?.podIP ?? '',
          port,
          protocol,
        };
        // No process runs in this world: what arrives is refused.
        return walk(world.net, packet).outcome === 'refused' ? '.' : 'X';
      })
      .join(''),
  );
}

test.each(cases.map((c): [string, Case] => [c.id, c]))('%s', (_, { given, expect: expected }) => {
  const world = new World();
  world.node('node01', ['172.30.1.3']);
  world.node('node02', ['172.30.1.4']);
  for (const object of fixtures.xyz) put(world, object);
  given.steps.forEach((actions, i) => {
    for (const { apply = [], command } of actions) {
      for (const object of apply) put(world, object);
      if (command) run(world, command);
    }
    const { order, reach } = expected.steps[i] as Case['expect']['steps'][number];
    const found = Object.keys(reach).map((key) => {
      const [port, protocol] = key.split('/');
      return [key, matrix(world, order, Number(port), protocol as Packet['protocol'])];
    });
    expect(Object.fromEntries(found)).toEqual(reach);
  });
});
