// The program: argv in, exit code out. Kept free of process.* but for what the launcher passes, so that tests run it in-process.
import { join } from 'node:path';
import type { Client } from './cli/client.js';
import { helpCommand } from './cli/help-command.js';
import { runCommandLine } from './cli/run.js';
import { verbs } from './cli/verbs/index.js';
import { openedCluster } from './lab/opened-cluster.js';
import { labVerbs } from './lab/verbs/index.js';
import type { Io } from './model/io.js';

/** A bug of kubelab, as opposed to a command that failed (1). */
const internalError = 70;

export async function main(argv: readonly string[], io: Io, program = 'kubectl'): Promise<number> {
  const around = {
    io,
    program,
    verbs: [...verbs, ...labVerbs(main)],
    clusterPath: clusterPath(io.env),
    connect: () => openedCluster({ clusterPath: clusterPath(io.env), io }),
    namespace: (client: Client) => client.connection.preference('namespace') || 'default',
  };
  try {
    return (await helpCommand(argv, around)) ?? (await runCommandLine(argv, around));
  } catch (e) {
    const { message, stack, code } = e as Error & { code?: unknown };
    if (typeof code === 'string' && code.startsWith('SQLITE_')) {
      // A full disk, a file without write permission, a file that is no database: not a bug, and not the cluster's answer.
      io.err(`error: the cluster file ${around.clusterPath} cannot be used: ${message}\n`);
      return 1;
    }
    io.err(`${program}: this is a bug in kubelab: ${String(message ?? e).split('\n')[0]}\n`);
    if (io.env.DEBUG) io.err(`${stack}\n`);
    return internalError;
  }
}

/** The cluster file: $KUBELAB_CLUSTER, else one in the user's data directory, made on first use. */
export function clusterPath(env: Io['env']): string {
  if (env.KUBELAB_CLUSTER) return env.KUBELAB_CLUSTER;
  return join(env.XDG_DATA_HOME || join(env.HOME ?? '.', '.local', 'share'), 'kubelab', 'default.db');
}
