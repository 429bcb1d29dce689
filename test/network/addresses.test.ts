// The index of addresses after any number of writes is the index made afresh.
import { expect, test } from 'vitest';
import type { Node, Pod } from '../../src/model/generated/api.js';
import { addresses } from '../../src/network/addresses.js';
import { hasNetwork, onHostNetwork } from '../../src/network/net.js';
import { Store } from '../../src/store/index.js';
import type { Reader } from '../../src/model/store.js';
import type { KubeObject } from '../../src/model/object.js';

const pod = (name: string, ip: string | undefined, more: { node?: string; host?: boolean; phase?: string } = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [], nodeName: more.node ?? 'a', ...(more.host && { hostNetwork: true }) },
    status: { phase: more.phase ?? 'Running', ...(ip && { podIP: ip, podIPs: [{ ip }] }) },
  }) as Pod;

const node = (name: string, ...ips: string[]): Node =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { addresses: ips.map((address) => ({ type: 'InternalIP', address })) },
  }) as Node;

function readerOf(store: Store): Reader {
  const reader = {
    list: (kind: string) => store.objects.list(kind),
    view: (view: never) => store.views.get(view, reader as never),
  };
  return reader as unknown as Reader;
}

test('Pods and nodes by address; finished Pods and those of the host have none of their own', () => {
  const store = new Store(':memory:', () => undefined);
  store.write(() => {
    const known = addresses(readerOf(store));
    store.put('Node', node('a', '172.30.1.2', 'fd00::2'));
    store.put('Pod', pod('web', '10.244.0.5'));
    store.put('Pod', pod('proxy', '172.30.1.2', { host: true }));
    const names = (ip: string): unknown => ({ pod: known.podAt(ip)?.metadata.name, node: known.nodeAt(ip)?.metadata.name });
    expect(names('10.244.0.5')).toEqual({ pod: 'web', node: undefined });
    expect(names('172.30.1.2')).toEqual({ pod: undefined, node: 'a' });
    expect(names('FD00:0::2')).toEqual({ pod: undefined, node: 'a' });
    expect([...known.hostPods('a')].map((p) => p.metadata.name)).toEqual(['proxy']);
    store.put('Pod', pod('web', '10.244.0.5', { phase: 'Succeeded' }));
    expect(names('10.244.0.5')).toEqual({ pod: undefined, node: undefined });
    store.put('Pod', pod('heir', '10.244.0.5'));
    expect(names('10.244.0.5')).toEqual({ pod: 'heir', node: undefined });
  });
});

test('in step with 2,000 random writes', () => {
  const store = new Store(':memory:', () => undefined);
  let seed = 7;
  const pick = (n: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  store.write(() => {
    const known = addresses(readerOf(store));
    for (let i = 0; i < 2000; i++) {
      const name = `p${pick(20)}`;
      const there = store.objects.get('Pod', 'default', name);
      if (there && pick(3) === 0) store.remove('Pod', there as unknown as KubeObject);
      else {
        const phase = pick(4) === 0 ? 'Failed' : 'Running';
        const own = pick(5) > 0 ? `10.0.0.${name.slice(1)}` : undefined;
        store.put('Pod', pod(name, own, { phase, node: `n${pick(3)}`, host: pick(6) === 0 }) as unknown as KubeObject);
      }
      const ip = `10.0.0.${pick(20)}`;
      const pods = store.objects.list('Pod') as unknown as Pod[];
      const expected = pods.find((p) => hasNetwork(p) && !onHostNetwork(p) && p.status?.podIP === ip);
      expect(known.podAt(ip)).toBe(expected);
      const host = `n${pick(3)}`;
      const hosts = pods.filter((p) => onHostNetwork(p) && p.spec.nodeName === host).map((p) => p.metadata.name);
      expect([...known.hostPods(host)].map((p) => p.metadata.name).sort()).toEqual(hosts.sort());
    }
  });
});
