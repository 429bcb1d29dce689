// The kubeconfig that every cluster file keeps for itself: one cluster, one user, and contexts with their namespaces.
import { byText } from '../lib/go-format.js';
import { bareError, UsageError } from './errors.js';
import type { Client, Connection } from './client.js';
import { asksServerFirst, contextName } from './global-flags.js';

export interface Context {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  /** "" is the namespace "default". */
  readonly namespace: string;
}

export interface Kubeconfig {
  /** "" when there is none. */
  readonly current: string;
  readonly contexts: readonly Context[];
}

type Preferences = Pick<Connection, 'preference' | 'setPreference'>;

/** Until the first change there is the one context. */
export function readKubeconfig(kept: Pick<Connection, 'preference'>): Kubeconfig {
  const text = kept.preference('kubeconfig');
  if (text) return JSON.parse(text) as Kubeconfig;
  const namespace = kept.preference('namespace') ?? '';
  return { current: contextName, contexts: [{ name: contextName, cluster: contextName, user: contextName, namespace }] };
}

/** The namespace of the current context is kept by itself, too: most commands need nothing else. */
export function writeKubeconfig(kept: Preferences, { current, contexts }: Kubeconfig): void {
  const sorted = [...contexts].sort((a, b) => byText(a.name, b.name));
  kept.setPreference('kubeconfig', JSON.stringify({ current, contexts: sorted } satisfies Kubeconfig));
  kept.setPreference('namespace', contextNamed({ current, contexts }, current)?.namespace ?? '');
}

export const contextNamed = ({ contexts }: Kubeconfig, name: string): Context | undefined => contexts.find((c) => c.name === name);

/** The context that a command works in; throws what kubectl says where it leads nowhere. `wanted` is --context, or "". */
export function usedContext(kept: Pick<Connection, 'preference'>, wanted: string, verbId = ''): Context {
  const config = readKubeconfig(kept);
  const name = wanted || config.current;
  const context = contextNamed(config, name);
  if (!context && name !== '' && asksServerFirst(verbId)) throw new UsageError(`context ${JSON.stringify(name)} does not exist`);
  if (!context && name !== '') throw bareError(`Error in configuration: context was not found for specified context: ${name}`);
  if (context?.cluster !== contextName)
    throw bareError('The connection to the server localhost:8080 was refused - did you specify the right host or port?');
  if (context.user !== contextName) throw new UsageError('You must be logged in to the server (Unauthorized)');
  return context;
}

/** Changes one context; `change` gets undefined where there is none of that name. */
export function updateContext({ connection }: Client, name: string, change: (context: Context | undefined) => Context): void {
  const config = readKubeconfig(connection);
  const contexts = [...config.contexts.filter((c) => c.name !== name), change(contextNamed(config, name))];
  writeKubeconfig(connection, { ...config, contexts });
}
