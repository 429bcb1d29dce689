// Upstream's tables of service environment variables (fixtures/cases/env-vars.json).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../src/model/generated/api.js';
import { serviceEnv } from '../../src/network/service-env.js';

interface Case {
  id: string;
  given: { objects: (Service | Pod)[] };
  when: { query?: string; namespace: string; pod?: string; enableServiceLinks?: boolean };
  expect: { env?: Record<string, string>; absentPrefixes?: string[] };
}
const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/cases/env-vars.json', import.meta.url), 'utf8')) as { cases: Case[] };

const fromServices = /(_SERVICE_HOST|_SERVICE_PORT(_\w+)?|_PORT|_PORT_\d+_\w+)$/;

describe('service environment', () => {
  for (const c of cases.filter((c) => c.expect.env)) {
    it(c.id, () => {
      const pod = c.given.objects.find((o) => o.kind === 'Pod' && o.metadata.name === c.when.pod) as Pod | undefined;
      const links = c.when.enableServiceLinks ?? pod?.spec?.enableServiceLinks ?? true;
      const services = c.given.objects.filter((o) => o.kind === 'Service') as Service[];
      const env = Object.fromEntries(serviceEnv(services, c.when.namespace, links).map((v) => [v.name, v.value]));
      // What the container's own env declares is another's work (the kubelet's).
      const own = pod?.spec?.containers[0]?.env?.map((e) => e.name) ?? [];
      const wanted = Object.entries(c.expect.env!).filter(([name]) => fromServices.test(name) && !own.includes(name));
      expect(env).toEqual(Object.fromEntries(wanted));
      for (const prefix of c.expect.absentPrefixes ?? []) expect(Object.keys(env).filter((n) => n.startsWith(prefix))).toEqual([]);
    });
  }
});
