// Everything around one command line, made by main.ts.
import type { Io } from '../model/io.js';
import type { Client, Connection } from './client.js';
import type { VerbEntry } from './verbs/index.js';

export interface Surroundings {
  readonly io: Io;
  /** "kubectl", "kubelab", "k". */
  readonly program: string;
  readonly connect: () => Connection;
  readonly clusterPath: string;
  /** Every verb there is: those of cli/ and of the rooms above. */
  readonly verbs: readonly VerbEntry[];
  /** The namespace without -n. */
  readonly namespace: (client: Client) => string;
}
