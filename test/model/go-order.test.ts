import { expect, test } from 'vitest';
import { inGoOrder } from '../../src/model/go-order.js';
import type { KubeObject } from '../../src/model/object.js';

test("an object's fields in the order of Go's structs, those of maps sorted, unknown ones at the end", () => {
  const sorted = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels: { z: '1', a: '2' }, name: 'web' },
    other: { b: 1, a: 2 },
    spec: {
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          restartPolicy: 'Always',
          containers: [{ image: 'nginx', env: [{ value: '1', name: 'A' }], name: 'web' }],
          nodeSelector: { y: 'z', k: 'v' },
        },
      },
      replicas: 1,
    },
    status: { conditions: [{ status: 'True', type: 'Available' }], replicas: 1 },
  } as unknown as KubeObject;
  expect(JSON.stringify(inGoOrder(sorted))).toBe(
    '{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","labels":{"a":"2","z":"1"}},' +
      '"spec":{"replicas":1,"template":{"spec":{"containers":[{"name":"web","image":"nginx","env":[{"name":"A","value":"1"}]}],"restartPolicy":"Always","nodeSelector":{"k":"v","y":"z"}}},' +
      '"strategy":{"type":"Recreate"}},"status":{"replicas":1,"conditions":[{"type":"Available","status":"True"}]},"other":{"b":1,"a":2}}',
  );
});

test('an object of a kind that Go does not have here stays as it is', () => {
  const custom = { apiVersion: 'a.example.com/v1', kind: 'Thing', metadata: { name: 'x' } } as KubeObject;
  expect(inGoOrder(custom)).toBe(custom);
});
