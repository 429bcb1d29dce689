// Takes a packet through kube-proxy's nftables chains in the kernel's order of hooks: pre-DNAT filter, NAT, filter, postrouting.
// Only the pieces of the Services that a packet can meet are ever made, so it costs the same in a cluster of ten thousand Services.
import { parseIP } from '../../../lib/ip.js';
import { isLocal, type ProxyNode } from '../node.js';
import { endpointText, type ProxyEndpoint } from '../port.js';
import { isDevice } from '../pod-traffic.js';
import type { ProxiedService } from '../service-table.js';
import { type Chance, type NodePacket, portKey, type Verdict, type Walker } from '../verdict.js';
import { baseRules } from './base.js';
import { holds } from './intervals.js';
import { elementText, ruleText } from './list.js';
import { type Piece, piece } from './piece.js';
import { type Chain, type Element, type Part, type Rule, type Ruleset, setNames } from './ruleset.js';
import { type Site, siteOf } from './site.js';

export const nftablesWalk: Walker = (node, packet, chance) => new Passage(node, packet, chance).verdict();

/** How a hook ends for a packet; undefined: it goes on. */
type Outcome = 'accept' | 'drop' | 'reject' | undefined;

/** What a rule does to the way through its chain: the next rule, past the end of the chain, or out of the hook. */
type Turn = 'next' | 'past' | Exclude<Outcome, undefined>;

/** Words that only ask; the others do something. */
const questions: ReadonlySet<Part['is']> = new Set<Part['is']>([
  'ct-new',
  'ct-dnat',
  'address',
  'device',
  'member',
  'local',
  'protocol',
  'connection-member',
  'marked',
] as const);

/** Rules that every packet takes, and maps (of which the element is told), decide nothing. */
const silent: ReadonlySet<Part['is']> = new Set<Part['is']>(['jump', 'vmap']);

const byName = new WeakMap<Ruleset, ReadonlyMap<string, Chain>>();

function chainsOf(rules: Ruleset): ReadonlyMap<string, Chain> {
  let found = byName.get(rules);
  if (!found) byName.set(rules, (found = new Map(rules.chains.map((c) => [c.name, c]))));
  return found;
}

const printed = new WeakMap<Rule | Element, string>();

class Passage {
  readonly #node: ProxyNode;
  readonly #packet: NodePacket;
  readonly #chance: Chance;
  readonly #site: Site;
  readonly #base: Ruleset;
  readonly #protocol: string;
  /** Of the Services that it can meet. */
  readonly #pieces: Piece[] = [];
  /** Where it goes now. */
  #to: string;
  #port: string;
  #marked = false;
  #masqueraded = false;
  #endpoint: ProxyEndpoint | undefined;
  #choice: Verdict['choice'];
  /** The last map element that was for it, and its map. */
  #met: { readonly element: Element; readonly map: string } | undefined;
  readonly #rules: string[] = [];

  constructor(node: ProxyNode, packet: NodePacket, chance: Chance) {
    const { to, port, protocol } = packet;
    this.#node = node;
    this.#packet = packet;
    this.#chance = chance;
    this.#site = siteOf(node, to.includes(':') ? 'IPv6' : 'IPv4');
    this.#base = baseRules(this.#site);
    this.#protocol = protocol.toLowerCase();
    this.#to = to;
    this.#port = String(port);
    this.#meet(node.table.at(to));
    if (isLocal(node, to)) this.#meet(node.table.onNodePort(port));
  }

  #meet(entries: readonly ProxiedService[]): void {
    for (const entry of entries) this.#pieces.push(piece(entry, this.#site));
  }

  verdict(): Verdict {
    const end = this.#hooks();
    const kind = end === 'drop' || end === 'reject' ? end : this.#endpoint ? 'dnat' : 'pass';
    // Marked, perhaps, but sent nowhere: there was no rule for its destination.
    if (kind === 'pass') return { kind, masquerade: this.#masqueraded, rules: () => [] };
    const of = this.#met?.element.of;
    return {
      kind,
      ...(of && { match: { service: of.port.service, port: of.port.port, by: of.by } }),
      ...(kind === 'dnat' && this.#endpoint && { endpoint: this.#endpoint }),
      masquerade: kind === 'dnat' && this.#masqueraded,
      rules: () => this.#rules,
      ...(kind === 'dnat' ? this.#choice && { choice: this.#choice } : { because: this.#because(kind) }),
    };
  }

  #because(kind: 'drop' | 'reject'): NonNullable<Verdict['because']> {
    switch (this.#met?.map) {
      case setNames.firewallIPs:
        return 'source-range';
      case setNames.noEndpointServices:
      case setNames.noEndpointNodePorts:
        return kind === 'reject' ? 'no-endpoints' : 'no-local-endpoints';
      default:
        return kind === 'reject' ? 'invalid-port' : 'unallocated';
    }
  }

  /** Every hook that it passes. What a process sends to its own machine comes in again after it has left. */
  #hooks(): Outcome {
    const out = this.#packet.hook === 'output';
    for (const chain of out ? ['filter-output-pre-dnat', 'nat-output'] : ['filter-prerouting-pre-dnat', 'nat-prerouting']) {
      const end = this.#chain(chain);
      if (end === 'drop' || end === 'reject') return end;
    }
    if (!this.#endpoint) {
      this.#met = undefined;
      this.#rules.length = 0;
    }
    const stays = isLocal(this.#node, this.#to);
    const forward = out ? 'filter-output' : 'filter-forward';
    for (const chain of stays ? (out ? [forward, 'filter-input'] : ['filter-input']) : [forward]) {
      const end = this.#chain(chain);
      if (end === 'drop' || end === 'reject') return end;
    }
    // What came in for the machine itself leaves it no more: no postrouting.
    return out || !stays ? this.#chain('nat-postrouting') : undefined;
  }

  #chain(name: string): Outcome {
    const chain = this.#find(name);
    for (const rule of chain?.rules ?? []) {
      const turn = this.#rule(rule, chain as Chain);
      if (turn === 'past') return undefined;
      if (turn !== 'next') return turn;
    }
    return undefined;
  }

  #find(name: string): Chain | undefined {
    for (const { chains } of this.#pieces) {
      const found = chains.get(name);
      if (found) return found;
    }
    return chainsOf(this.#base).get(name);
  }

  #rule(rule: Rule, chain: Chain): Turn {
    let told = false;
    for (const part of rule.parts) {
      if (questions.has(part.is)) {
        if (!this.#answer(part)) return 'next';
        continue;
      }
      if (!told && !silent.has(part.is)) this.#tell(rule, () => ruleText(rule, this.#site.family));
      told = true;
      const turn = this.#act(part, chain);
      if (turn !== 'next') return turn;
    }
    return 'next';
  }

  #answer(part: Part): boolean {
    switch (part.is) {
      case 'ct-dnat':
        return this.#endpoint !== undefined;
      case 'address':
        return holds(part.in.intervals, valueOf(this.#side(part.of))) !== part.not;
      case 'device':
        return isDevice(part, this.#packet.device) !== part.not;
      case 'member':
        return part.set.startsWith('affinity-')
          ? this.#isRemembered(part.set)
          : this.#element(part.set, [this.#side(part.of)]) !== undefined;
      case 'local':
        return isLocal(this.#node, this.#side(part.of));
      case 'protocol':
        return part.protocol === this.#protocol;
      case 'marked':
        return this.#marked;
      case 'connection-member':
        return this.#element(part.set, [this.#packet.source, this.#to, this.#protocol, this.#port]) !== undefined;
      default:
        // ct-new: who asks is a new connection.
        return true;
    }
  }

  #act(part: Part, chain: Chain): Turn {
    switch (part.is) {
      case 'set-mark':
      case 'clear-mark':
        this.#marked = part.is === 'set-mark';
        return 'next';
      case 'masquerade':
        this.#masqueraded = true;
        return 'accept';
      case 'dnat':
        return this.#send(part.to);
      case 'dnat-random':
        this.#choice = { of: part.to.length, local: chain.local === true, remembered: false };
        return this.#send(part.to[this.#chance.pick(part.to.length)] as ProxyEndpoint);
      case 'goto-random':
        this.#choice = { of: part.chains.length, local: chain.local === true, remembered: false };
        return this.#goto(part.chains[this.#chance.pick(part.chains.length)] as string);
      case 'vmap':
        return this.#dispatch(part.map, part.key === 'address' ? [this.#to, this.#protocol, this.#port] : [this.#protocol, this.#port]);
      case 'jump':
        return this.#chain(part.chain) ?? 'next';
      case 'goto':
        // Among the rules that choose, it is the one of the endpoint that the sender had before; one more rule chooses by chance.
        if (chain.local !== undefined) this.#choice = { of: chain.rules.length - 1, local: chain.local, remembered: true };
        return this.#goto(part.chain);
      case 'drop':
      case 'reject':
        return part.is;
      default:
        return 'next';
    }
  }

  #tell(line: Rule | Element, print: () => string): void {
    let text = printed.get(line);
    if (text === undefined) printed.set(line, (text = print()));
    this.#rules.push(text);
  }

  #goto(chain: string): Turn {
    return this.#chain(chain) ?? 'past';
  }

  #dispatch(map: string, key: readonly string[]): Turn {
    const element = this.#element(map, key);
    if (!element?.end) return 'next';
    const told = this.#rules.length;
    this.#met = { element, map };
    this.#tell(element, () => elementText(element));
    const turn = element.end.is === 'goto' ? this.#goto(element.end.chain) : element.end.is;
    if (turn === 'past') this.#rules.length = told;
    return turn;
  }

  #send(endpoint: ProxyEndpoint): Turn {
    this.#endpoint = endpoint;
    this.#to = endpoint.ip;
    this.#port = String(endpoint.port);
    this.#meet(this.#node.table.at(endpoint.ip));
    return 'accept';
  }

  #side(of: 'saddr' | 'daddr'): string {
    return of === 'saddr' ? this.#packet.source : this.#to;
  }

  /** Sets of session affinity are filled by packets: the one that holds the sender is that of the endpoint it had last. */
  #isRemembered(set: string): boolean {
    const port = this.#met?.element.of?.port;
    if (port?.affinitySeconds === undefined) return false;
    const last = this.#chance.remembered(portKey(port), this.#packet.source, port.affinitySeconds);
    const chain = last === undefined ? undefined : this.#find(set.replace('affinity-', 'endpoint-'));
    return !!chain?.rules.some((r) => r.parts.some((p) => p.is === 'dnat' && endpointText(p.to) === last));
  }

  #element(set: string, key: readonly string[]): Element | undefined {
    for (const { elements } of this.#pieces) {
      const found = elements.get(set)?.find((e) => isSame(e.key, key));
      if (found) return found;
    }
    return this.#base.sets.find((s) => s.name === set)?.elements.find((e) => isSame(e.key, key));
  }
}

/** The last few senders and destinations, as numbers. */
const values = new Map<string, bigint>();

function valueOf(ip: string): bigint {
  let value = values.get(ip);
  if (value === undefined) {
    if (values.size > 1000) values.clear();
    values.set(ip, (value = parseIP(ip)?.value ?? 0n));
  }
  return value;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((text, i) => text === b[i]);
