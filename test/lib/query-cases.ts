// Upstream's tables of query and patch cases, read in place; undefined when this checkout has no ../shared beside it.
import { existsSync, readFileSync } from 'node:fs';

export interface QueryCase {
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: each area of the table has its own fields
  given: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  when: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  expect: any;
}

export interface QueryCases {
  cases: QueryCase[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  fixtures: any;
}

const file = new URL('../../../shared/cases/query-patch.json', import.meta.url);

export const queryCases: QueryCases | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
if (!queryCases) console.log('skipped: no recordings');
