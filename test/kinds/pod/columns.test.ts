// The cells of `get pods` against upstream's printer tables.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pod } from '../../../src/kinds/pod/index.js';
import type { Pod } from '../../../src/model/generated/api.js';

interface Case {
  id: string;
  given: { now: string; objects?: Pod[] };
  when: { command: string };
  expect: { rows?: string[][] };
}

const file = new URL('../../../fixtures/cases/printers.json', import.meta.url);

test("get pods prints upstream's tables", () => {
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
  for (const c of cases) {
    const objects = c.given.objects ?? [];
    const wide = c.when.command.endsWith('-o wide');
    if (!/^kubectl get pods( -o wide)?$/.test(c.when.command) || !c.expect.rows) continue;
    const at = { now: Date.parse(c.given.now) };
    const columns = pod.columns.filter((column) => wide || column.priority === 0);
    const rows = objects.map((o) => columns.map((column) => column.cell(o, at)));
    expect({ id: c.id, rows }).toEqual({ id: c.id, rows: c.expect.rows });
  }
});
