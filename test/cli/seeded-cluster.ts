// A cluster that holds given objects exactly as they are, with no controller to change them and a clock that stands still.
import type { Connection } from '../../src/cli/client.js';
import { call } from '../../src/cluster/door.js';
import { Core } from '../../src/cluster/session.js';
import { ClusterWorld } from '../../src/cluster/world.js';
import { kinds } from '../../src/kinds/index.js';
import type { ClusterConfig } from '../../src/model/config.js';
import { groupKindOf, type KubeObject } from '../../src/model/object.js';
import { Store } from '../../src/store/index.js';

const config: ClusterConfig = {
  version: 'v1.36.3',
  clock: 'virtual',
  seed: 1,
  clusterDomain: 'cluster.local',
  serviceCIDRs: ['10.96.0.0/12'],
  podCIDRs: ['10.244.0.0/16'],
};

export function seededCluster(objects: readonly KubeObject[], now: string): Connection {
  const store = new Store(':memory:', (kind, object) => kinds.get(kind)?.selector?.(object));
  store.write(() => {
    store.meta.set('clock', Date.parse(now));
    for (const object of objects) store.objects.put(groupKindOf(object), object);
    store.objects.flush();
  });
  const core = new Core(store, config, new ClusterWorld(store.meta, config), kinds, () => []);
  let time = Date.parse(now);
  const pass = (ms: number): number => {
    time += ms;
    return ms;
  };
  return {
    config,
    call: (request) => call(core, request),
    now: () => time,
    pass,
    together: (work) => store.together(work),
    close: () => store.close(),
    preference: () => undefined,
    setPreference: () => {},
  };
}
