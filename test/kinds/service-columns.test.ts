// What `get` shows of the Service family: upstream's tables of printers (fixtures/cases/printers.json).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../src/kinds/index.js';
import { groupKindOf, type KubeObject } from '../../src/model/object.js';

interface Case {
  id: string;
  given: { now: string; objects: KubeObject[] };
  when: { command: string };
  expect: { rows?: string[][]; header?: string[] };
}
const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/cases/printers.json', import.meta.url), 'utf8')) as { cases: Case[] };

describe('columns', () => {
  for (const c of cases.filter((c) => /^get\/(services|endpoints|endpointslices)\//.test(c.id) && c.expect.rows)) {
    it(c.id, () => {
      const wide = c.when.command.includes('-o wide');
      const shown = c.given.objects.filter((o) => /^(Service|Endpoints|EndpointSlice)$/.test(o.kind));
      const columns = kinds.get(groupKindOf(shown[0]!))!.columns.filter((x) => wide || x.priority === 0);
      const now = Date.parse(c.given.now);
      const rows = shown
        .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
        .map((o) => columns.map((x) => String(x.cell(o, { now }))));
      expect([columns.map((x) => x.name.toUpperCase()), ...rows]).toEqual([c.expect.header, ...c.expect.rows!]);
    });
  }
});

it('pairs of a selector are sorted as text: "app-tier=" stands before "app="', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web', 'app-tier': 'front' } } };
  const column = kinds.get('Service')!.columns.find((x) => x.name === 'Selector')!;
  expect(column.cell(service, { now: 0 })).toBe('app-tier=front,app=web');
});
