// The cluster file, opened for a verb: a file that cannot be used is the user's to know of, not a bug.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../cli/errors.js';
import { type Cluster, openCluster } from '../cluster/index.js';
import type { Io } from '../model/io.js';

/** Makes the default file's folder when it is not there; a path that $KUBELAB_CLUSTER names may be mistyped. */
export function openedCluster({ clusterPath, io }: { readonly clusterPath: string; readonly io: Io }): Cluster {
  try {
    if (!io.env.KUBELAB_CLUSTER) mkdirSync(dirname(clusterPath), { recursive: true, mode: 0o700 });
    return openCluster(clusterPath);
  } catch (e) {
    if (io.env.DEBUG) io.err(`${(e as Error).stack}\n`);
    throw new UsageError(`the cluster file ${clusterPath} cannot be opened: ${(e as Error).message}`);
  }
}
