import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/object.js';
import { Store } from '../../src/store/index.js';

const dir = mkdtempSync(join(tmpdir(), 'kubelab-store-'));
afterAll(() => rmSync(dir, { recursive: true }));

const pod = (name: string, labels: Record<string, string> = {}, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels, ...more },
});
const service = (name: string, selector: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector },
});
let files = 0;
const open = (path = join(dir, `${files++}.db`)): Store => new Store(path, (kind, o) => (kind === 'Service' ? o.spec.selector : undefined));
const names = (objects: readonly KubeObject[]): string[] => objects.map((o) => o.metadata.name);
const label = (key: string, value: string) => ({ key, operator: 'In' as const, values: [value] });

describe('Store', () => {
  it('finds objects by label inside the transaction, after it, and in another process', () => {
    const path = join(dir, 'label.db');
    const store = open(path);
    const find = (s: Store): string[] => names(s.objects.list('Pod', { namespace: 'default', labels: [label('app', 'web')] }));
    store.write(() => {
      store.put('Pod', pod('b', { app: 'web' }));
      store.put('Pod', pod('a', { app: 'web' }));
      store.put('Pod', pod('c', { app: 'db' }));
      expect(find(store)).toEqual(['a', 'b']);
    });
    expect(store.read(() => find(store))).toEqual(['a', 'b']);
    const other = open(path);
    other.write(() => {
      other.put('Pod', pod('b', { app: 'db' }));
      other.put('Pod', pod('d', { app: 'web' }));
      other.remove('Pod', pod('a'));
      expect(find(other)).toEqual(['d']);
    });
    expect(store.read(() => find(store))).toEqual(['d']);
    expect(store.read(() => store.rev)).toBe(6);
  });

  it('finds who selects labels', () => {
    const store = open();
    const find = (labels: Record<string, string>): string[] => names(store.objects.selecting('Service', 'default', labels));
    store.write(() => {
      store.put('Service', service('one', { app: 'web' }));
      store.put('Service', service('two', { app: 'web', tier: 'front' }));
      expect(find({ app: 'web' })).toEqual(['one']);
    });
    store.write(() => {
      expect(find({ app: 'web', tier: 'front', x: 'y' })).toEqual(['one', 'two']);
      store.put('Service', service('one', { app: 'api' }));
      expect(find({ app: 'web', tier: 'front' })).toEqual(['two']);
    });
    expect(store.read(() => find({ app: 'api' }))).toEqual(['one']);
    expect(store.read(() => find({ app: 'web', tier: 'front' }))).toEqual(['two']);
  });

  it('finds dependents by owner', () => {
    const store = open();
    const owned = pod('a', {}, { ownerReferences: [{ uid: 'u1' }] });
    store.write(() => {
      store.put('Pod', owned);
      expect(names(store.objects.ownedBy('u1'))).toEqual(['a']);
    });
    store.write(() => {
      expect(names(store.objects.ownedBy('u1'))).toEqual(['a']);
      store.put('Pod', pod('a'));
      expect(names(store.objects.ownedBy('u1'))).toEqual([]);
    });
    expect(store.read(() => names(store.objects.ownedBy('u1')))).toEqual([]);
  });

  it('leaves nothing of a transaction that throws or is not committed', () => {
    const store = open();
    store.write(() => store.put('Pod', pod('kept')));
    expect(() =>
      store.write(() => {
        store.put('Pod', pod('lost', { app: 'web' }));
        store.allocations.claim('ips', '10.0.0.1', 'x');
        throw new Error('no');
      }),
    ).toThrow('no');
    store.write(() => store.put('Pod', pod('dry')), { commit: false });
    store.read(() => {
      expect(names(store.objects.list('Pod'))).toEqual(['kept']);
      expect(store.allocations.owner('ips', '10.0.0.1')).toBe(undefined);
      expect(store.rev).toBe(1);
    });
  });

  it('tells what changed since a revision, and admits what it forgot', () => {
    const store = open();
    store.write(() => {
      store.put('Pod', pod('a'));
      store.put('Pod', pod('a', { x: 'y' }));
      store.remove('Pod', store.objects.get('Pod', 'default', 'a') as KubeObject);
    });
    expect(store.since(0)?.map((c) => [c.rev, c.type])).toEqual([
      [1, 'ADDED'],
      [2, 'MODIFIED'],
      [3, 'DELETED'],
    ]);
    expect(store.since(2)?.map((c) => c.object.metadata.labels)).toEqual([{ x: 'y' }]);
    store.write(() => {
      for (let i = 0; i < 1100; i++) store.put('Pod', pod('b', { i: String(i) }));
    });
    expect(store.since(2)).toBe(undefined);
    expect(store.since(1102)?.map((c) => c.rev)).toEqual([1103]);
    expect(store.since(1103)).toEqual([]);
  });

  it('gives each value of a pool one owner', () => {
    const { allocations } = open();
    expect([
      allocations.claim('ports', '30000', 'a'),
      allocations.claim('ports', '30000', 'b'),
      allocations.claim('ports', '30000', 'a'),
    ]).toEqual([true, false, true]);
    allocations.release('ports', '30000');
    expect([allocations.claim('ports', '30000', 'b'), allocations.owner('ports', '30000')]).toEqual([true, 'b']);
    expect(allocations.all()).toEqual([{ pool: 'ports', value: '30000', owner: 'b' }]);
  });

  it('takes timers in the order of their moments', () => {
    const { timers } = open();
    timers.set({ controller: 'kubelet', key: 'b', at: 20 });
    timers.set({ controller: 'kubelet', key: 'a', at: 30 });
    timers.set({ controller: 'kubelet', key: 'a', at: 10 });
    expect([timers.take(15), timers.take(15), timers.take(20), timers.next()]).toEqual([
      { controller: 'kubelet', key: 'a', at: 10 },
      undefined,
      { controller: 'kubelet', key: 'b', at: 20 },
      undefined,
    ]);
  });

  it('is readable by its owner only', () => {
    const path = join(dir, 'mode.db');
    open(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
