// Files of one volume that would lie on or inside each other. Mirrors warningsForOverlappingVirtualPaths of pkg/api/pod/warnings.go.
import type { Volume, VolumeProjection } from '../../model/generated/api.js';

interface PlacedFile {
  readonly path: string;
  /** 'ConfigMap "a"': which source of a projected volume. */
  readonly source?: string;
}

export function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const volume = (kind: string): string => `volume ${JSON.stringify(name)} (${kind})`;
  const said = (kind: string, files: readonly PlacedFile[]): string[] =>
    overlaps(files).map((pair) => `${volume(kind)}: overlapping paths: ${pair}`);
  return [
    ...said(`ConfigMap ${JSON.stringify(configMap?.name ?? '')}`, configMap?.items ?? []),
    ...said(`Secret ${JSON.stringify(secret?.secretName ?? '')}`, secret?.items ?? []),
    ...said('DownwardAPI', downwardAPI?.items ?? []),
    ...(projected?.sources ?? [])
      .filter((source) => Object.values(source).every((s) => s === undefined))
      .map(() => `${volume('Projected')} has no sources provided`),
    ...said('Projected', (projected?.sources ?? []).flatMap(filesOf)),
  ];
}

function filesOf({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): PlacedFile[] {
  const all = (items: readonly { path: string }[], source: string): PlacedFile[] => items.map(({ path }) => ({ path, source }));
  if (configMap?.items) return all(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? '')}`);
  if (secret?.items) return all(secret.items, `Secret ${JSON.stringify(secret.name ?? '')}`);
  if (downwardAPI?.items) return all(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? all([serviceAccountToken], 'ServiceAccountToken') : [];
}

function overlaps(files: readonly PlacedFile[]): string[] {
  const placed = files.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), shown: source ? ` (${source})` : '' }));
  const within = (a: string, b: string): boolean => `${a}/`.startsWith(`${b}/`);
  return placed.flatMap((file, i) =>
    placed
      .slice(0, i)
      .filter((earlier) => file.path && earlier.path && (within(file.path, earlier.path) || within(earlier.path, file.path)))
      .map((earlier) => `${JSON.stringify(file.path)}${file.shown} with ${JSON.stringify(earlier.path)}${earlier.shown}`),
  );
}
