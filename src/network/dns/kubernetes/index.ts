// The kubernetes plugin: its part of the Corefile. Mirrors coredns/plugin/kubernetes/setup.go, with its messages.
import { parseGoDuration } from '../../../lib/duration.js';
import { parseLabelSelector } from '../../../lib/selector.js';
import type { Requirement } from '../../../model/selector.js';
import type { Cursor } from '../corefile/tokens.js';
import { isReverse, originsOf, zoneOf } from '../name.js';
import { Fallthrough, goNumber, mistake, type Plugin, type Setup, written } from '../plugin.js';
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
    const primary = stanza.zones.find((z) => !isReverse(`.${z}`)) as string;
    const { options, ttl, fall, zones } = stanza;
    return Object.assign(
      ((question, asking, next) => {
        const matched = zoneOf(zones, question.name);
        if (matched === '') return next(question, asking);
        const zone = { name: question.name.slice(question.name.length - matched.length), primary, ttl, options };
        if (question.type === 'AXFR' || question.type === 'IXFR') return { rcode: 'REFUSED' };
        const found = answer(zone, asking, question.name, question.type);
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

function selector(words: readonly string[], what: string): Requirement[] {
  const text = words.join(' ');
  try {
    return parseLabelSelector(text) as Requirement[];
  } catch (e) {
    throw mistake(`unable to parse ${what} selector value: '${text}': ${(e as Error).message}`);
  }
}

function parse({ words, keys }: Setup): Stanza {
  words.next();
  const zones = originsOf(words.args(), keys);
  if (zones.every((z) => isReverse(`.${z}`))) throw mistake('non-reverse zone name must be used');
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
      stanza.fall.zones = args.length === 0 ? ['.'] : originsOf(args, keys);
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
      try {
        parseGoDuration(some()[0] as string);
      } catch (e) {
        throw mistake(`failed to parse startup_timeout: ${args[0]}, ${(e as Error).message}`);
      }
      return;
    case 'apiserver_qps':
    case 'apiserver_burst':
    case 'apiserver_max_inflight':
      // How fast the API is asked shows nowhere.
      if (args.length !== 1) throw words.argError();
      if (!(Number(args[0]) >= 0)) throw words.error(`${name} must be >= 0`);
      return;
    case 'endpoint':
    case 'tls':
    case 'kubeconfig':
    case 'multicluster':
    case 'zonal':
      throw mistake(`kubelab does not simulate '${name}'`);
    default:
      throw words.error(`unknown property '${name}'`);
  }
}
