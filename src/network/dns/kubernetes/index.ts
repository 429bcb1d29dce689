// The kubernetes plugin: its part of the Corefile. Mirrors coredns/plugin/kubernetes/setup.go, with its messages.
import { type LabelRequirement, parseLabelSelector } from '../../../lib/selector.js';
import type { Requirement } from '../../../model/selector.js';
import type { Cursor } from '../corefile/tokens.js';
import { isReverse, originsOf, zoneOf } from '../name.js';
import { Fallthrough, goNumber, mistake, type Plugin, retold, type Setup, written } from '../plugin.js';
import { duration } from '../plugins/process.js';
import { answer, noName } from './answer.js';
import { podsByAddress } from './views.js';
import type { Options } from './find.js';

export { isExposed, type Options } from './find.js';

interface Stanza {
  zones: readonly string[];
  ttl: number;
  readonly fall: Fallthrough;
  options: Options;
}

export const kubernetes: Plugin = {
  name: 'kubernetes',
  setup: (setup) => {
    const stanza = parse(setup);
    const primary = stanza.zones.find((z) => !isReverse(z)) as string;
    const { options, ttl, fall, zones } = stanza;
    return Object.assign(
      ((question, asking, next) => {
        const matched = zoneOf(zones, question.name);
        if (matched === '') return next(question, asking);
        const zone = { name: question.name.slice(question.name.length - matched.length), primary, ttl, options };
        if (question.type === 'AXFR' || question.type === 'IXFR') return { rcode: 'REFUSED' };
        const found = answer(zone, asking, question.name, question.type);
        // Where no zone is named, names of addresses end in two dots, and what has such a name cannot be sent.
        if (primary === '.' && found?.answer.some((r) => r.type === 'PTR')) return { rcode: 'NOERROR', silent: true };
        if (found) return written(found);
        return fall.through(question.name) ? next(question, asking) : written(noName(zone, asking));
      }) as Exclude<ReturnType<Plugin['setup']>, undefined>,
      { stanza, search: setup.search },
    );
  },
  // Only with `pods verified` does the plugin know whose Pod asks.
  autopath: (handler) => {
    const { stanza, search } = handler as unknown as { stanza: Stanza; search: readonly string[] };
    return ({ name }, { net, client }) => {
      const zone = zoneOf(stanza.zones, name);
      if (zone === '' || stanza.options.pods !== 'verified') return [];
      const pod = net.reader.view(podsByAddress).first(client.ip);
      return pod ? [`${pod.metadata.namespace}.svc.${zone}`, `svc.${zone}`, zone, ...search, ''] : [];
    };
  },
};

/** What a selector's text may say, but a LabelSelector object may not. */
const oddOperator = ({ operator, exact }: LabelRequirement): string | undefined => {
  if (operator === 'GreaterThan') return `"gt" isn't supported in label selectors`;
  if (operator === 'LessThan') return `"lt" isn't supported in label selectors`;
  return operator === 'NotIn' && exact === '!=' ? '"!=" is not a valid label selector operator' : undefined;
};

function selector(words: readonly string[], what: string): Requirement[] {
  const text = words.join(' ');
  const wrong = (why: string): Error => mistake(`unable to parse ${what} selector value: '${text}': ${why}`);
  let found: readonly LabelRequirement[];
  try {
    found = parseLabelSelector(text);
  } catch (e) {
    throw wrong(`couldn't parse the selector string "${text}": ${(e as Error).message}`);
  }
  const odd = found.map(oddOperator).find((o) => o !== undefined);
  if (odd !== undefined) throw wrong(odd);
  return found as Requirement[];
}

function parse({ words, keys }: Setup): Stanza {
  words.next();
  const zones = originsOf(words.args(), keys);
  if (zones.every(isReverse)) throw mistake('non-reverse zone name must be used');
  const stanza: Stanza = {
    zones,
    ttl: 5,
    fall: new Fallthrough(),
    options: {
      pods: 'disabled',
      endpointPodNames: false,
      endpoints: true,
      ignoreEmptyService: false,
      namespaces: new Set(),
      labels: [],
      namespaceLabels: [],
    },
  };
  while (words.nextInBlock()) property(stanza, words, words.word(), keys);
  if (stanza.options.namespaces.size > 0 && stanza.options.namespaceLabels.length > 0)
    throw words.error('namespaces and namespace_labels cannot both be set');
  if (words.next()) throw mistake('this plugin can only be used once per Server Block');
  return stanza;
}

/** How many words follow. */
const mayHave = { endpoint: [1, 2, 3, 4, 5], tls: [3], kubeconfig: [1, 2], zonal: [0] };

function property(stanza: Stanza, words: Cursor, name: string, keys: readonly string[]): void {
  const args = words.args();
  const set = (options: Partial<Options>): void => {
    stanza.options = { ...stanza.options, ...options };
  };
  const some = (): string[] => {
    if (args.length === 0) throw words.argError();
    return args;
  };
  const noArgs = (): void => {
    if (args.length > 0) throw words.argError();
  };
  switch (name) {
    case 'endpoint_pod_names':
      noArgs();
      return set({ endpointPodNames: true });
    case 'pods': {
      const [mode] = args;
      if (args.length !== 1) throw words.argError();
      if (mode !== 'disabled' && mode !== 'insecure' && mode !== 'verified')
        throw mistake(`wrong value for pods: ${mode},  must be one of: disabled, verified, insecure`);
      return set({ pods: mode });
    }
    case 'namespaces':
      return set({ namespaces: new Set([...stanza.options.namespaces, ...some()]) });
    case 'labels':
      return set({ labels: selector(some(), 'label') });
    case 'namespace_labels':
      return set({ namespaceLabels: selector(some(), 'namespace_label') });
    case 'fallthrough':
      stanza.fall.set(args, keys);
      return;
    case 'ttl': {
      const ttl = goNumber(some()[0] as string);
      if (ttl < 0 || ttl > 3600) throw words.error(`ttl must be in range [0, 3600]: ${ttl}`);
      stanza.ttl = ttl;
      return;
    }
    case 'noendpoints':
      noArgs();
      return set({ endpoints: false });
    case 'ignore':
      if (args.length > 0 && args[0] !== 'empty_service') throw mistake(`unable to parse ignore value: '${args[0]}'`);
      return set({ ignoreEmptyService: args.length > 0 });
    case 'startup_timeout':
      some();
      retold(
        () => duration(args[0] as string),
        (why) => mistake(`failed to parse startup_timeout: ${args[0]}, ${why}`),
      );
      return;
    case 'apiserver_qps':
    case 'apiserver_burst':
    case 'apiserver_max_inflight': {
      // How fast the API is asked shows nowhere.
      const [text = ''] = args;
      if (args.length !== 1) throw words.argError();
      const float = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
      const wrong = (why: string): Error => words.error(`invalid ${name} ${JSON.stringify(text)}: ${why}`);
      if (name === 'apiserver_qps' && !float) throw wrong(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
      const value = name === 'apiserver_qps' ? Number(text) : retold(() => goNumber(text), wrong);
      if (value < 0) throw words.error(`${name} must be >= 0`);
      return;
    }
    case 'endpoint':
    case 'tls':
    case 'kubeconfig':
    case 'zonal':
      if (!mayHave[name].includes(args.length)) throw words.argError();
      throw mistake(`kubelab does not simulate '${name}'`);
    case 'multicluster':
      if (args.length === 0) return;
      throw mistake(`kubelab does not simulate '${name}'`);
    default:
      throw words.error(`unknown property '${name}'`);
  }
}
