// A default cluster as the build founded it: most new clusters are copies of it, which takes a tenth of the time of bootstrap().
// scripts/fresh-cluster.mjs writes the file beside the bundle. Without it (from source), and for other options, clusters are founded.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { same } from '../lib/same.js';
import type { ClusterConfig } from '../model/config.js';
import { microTimestamp, timestamp } from '../model/world.js';
import type { Tables } from '../store/index.js';

interface Image {
  readonly config: ClusterConfig;
  readonly nodes: number;
  readonly tables: Tables;
}

/** The image's clock stood at the start of this day, or a moment later. */
const day = '2026-01-01';
const start = Date.parse(day);

/** The rows of a new cluster with these options at the time `now`; undefined when it has to be founded. */
export function freshTables(config: ClusterConfig, nodes: number, now: number): Tables | undefined {
  const path = fileURLToPath(new URL('./fresh-cluster.json', import.meta.url));
  if (!existsSync(path)) return undefined;
  const image = JSON.parse(movedTo(now, readFileSync(path, 'utf8'))) as Image;
  return image.nodes === nodes && same({ ...image.config, clock: config.clock }, config) ? image.tables : undefined;
}

/** All times of the text, which lie within a minute or two after the start of the day, as far after `now`. */
export function movedTo(now: number, text: string): string {
  const delta = now - start;
  if (delta === 0) return text;
  const moved = (time: string): number => Date.parse(`${time}Z`) + delta;
  return text
    .replace(/(2026-01-01T00:[0-5]\d:[0-5]\d)Z/g, (_, time: string) => timestamp(moved(time)))
    .replace(/(2026-01-01T00:[0-5]\d:[0-5]\d\.\d{3})\d{3}Z/g, (_, time: string) => microTimestamp(moved(time)))
    .replaceAll(day, timestamp(now).slice(0, 10))
    .replace(/\b17672[23]\d{7}\b/g, (ms) => String(Number(ms) + delta));
}
