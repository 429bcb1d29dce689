// kubectl top: it asks the Metrics API, which a cluster without a metrics server has not. Mirrors k8s.io/kubectl/pkg/cmd/top.
import type { Flag, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';
import { flag } from '../flag.js';

const common: readonly Flag[] = [
  flag('no-headers', 'bool', 'false', 'Leave out the line of headings.'),
  flag('selector', 'string', '', "Only objects whose labels match, such as 'app=web'.", 'l'),
  flag('show-swap', 'bool', 'false', 'Show the swap memory, too.'),
  flag('sort-by', 'string', '', "Sort by 'cpu' or 'memory'."),
  flag('use-protocol-buffers', 'bool', 'true', 'How metrics travel. Nothing travels here.'),
];

const top = (noun: 'node' | 'pod', aliases: readonly string[], flags: readonly Flag[]): Verb<Client> => ({
  id: `top ${noun}`,
  aliases,
  use: `${noun} [NAME | -l label]`,
  short: `Display resource (CPU/memory) usage of ${noun}s`,
  flags: [...common, ...flags],
  run({ args, flags: given, client }) {
    if (args.length > 1) throw new UsageError(`${noun} [NAME | -l label]`, true);
    if (!['', 'cpu', 'memory'].includes(given.string('sort-by'))) throw new UsageError('--sort-by accepts only cpu or memory');
    if (args.length > 0 && given.string('selector') !== '') throw new UsageError('only one of NAME or selector can be provided');
    if (!client.mapper.resources.some((r) => r.group === 'metrics.k8s.io')) throw new UsageError('Metrics API not available');
  },
});

export const topNode: Verb<Client> = top(
  'node',
  ['nodes', 'no'],
  [flag('show-capacity', 'bool', 'false', 'Percentages of the capacity instead of what Pods may use.')],
);

export const topPod: Verb<Client> = top(
  'pod',
  ['pods', 'po'],
  [
    flag('all-namespaces', 'bool', 'false', 'In all namespaces.', 'A'),
    flag('containers', 'bool', 'false', 'Show the containers of each Pod.'),
    flag('field-selector', 'string', '', 'Only objects whose fields match.'),
    flag('sum', 'bool', 'false', 'Show the sums.'),
  ],
);
