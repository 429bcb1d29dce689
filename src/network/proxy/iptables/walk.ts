// A packet's way through the rules of a node, hook by hook as the kernel takes it: nat and filter tables, jumps and returns, the masquerade mark.
// Of the Services' rules only those are looked at that have this destination or node port: no others could match.
import { cidrContains, type IPFamily, parseIP } from '../../../lib/ip.js';
import { isLocal, type ProxyNode } from '../node.js';
import { endpointText, type ProxyEndpoint, type ProxyPort } from '../port.js';
import { isDevice } from '../pod-traffic.js';
import type { ProxiedService } from '../service-table.js';
import { type Chance, type NodePacket, passed, portKey, type Verdict, type Walker, familyOfPacket } from '../verdict.js';
import { frameOf, partOf } from './build.js';
import { printRule } from './print.js';
import type { AddressMatch, Match, Part, Rule, TableName } from './rule.js';

export const iptablesWalk: Walker = (node, packet, chance) => new Passage(node, packet, chance).verdict();

/** The filter table alone, as a kube-proxy left it that has gone on in ipvs mode: there the Services' addresses are the machine's own. */
export const iptablesFilter: Walker = (node, packet, chance) => new Passage(node, packet, chance).filtered();

/** ipvs mode writes this one anew. */
const rewritten = 'KUBE-PROXY-FIREWALL';

/** How a packet left a table. */
type End = 'accept' | 'drop' | 'reject';

class Passage {
  readonly #node: ProxyNode;
  readonly #packet: NodePacket;
  readonly #chance: Chance;
  readonly #family: IPFamily;
  readonly #parts: readonly Part[];
  readonly #protocol: string;
  /** Rules of Services that it met and that did something. */
  readonly #met: Rule[] = [];
  #to: string;
  #port: number;
  #marked = false;
  #isLeft = false;
  #masqueraded = false;
  #endpoint: ProxyEndpoint | undefined;
  /** Which of the remaining endpoints it will be: drawn at the first rule that asks, so that one draw makes one choice. */
  #turns: number | undefined;
  #remembered: string | undefined | null = null;

  constructor(node: ProxyNode, packet: NodePacket, chance: Chance) {
    this.#node = node;
    this.#packet = packet;
    this.#chance = chance;
    this.#to = packet.to;
    this.#port = packet.port;
    this.#protocol = packet.protocol.toLowerCase();
    this.#family = familyOfPacket(packet);
    this.#parts = [...concerned(node, packet).map((entry) => partOf(node, this.#family, entry)), frameOf(node, this.#family)];
  }

  verdict(): Verdict {
    const sending = this.#packet.hook === 'output';
    this.#run('nat', sending ? 'OUTPUT' : 'PREROUTING');
    const stays = isLocal(this.#node, this.#to);
    let end = this.#run('filter', sending ? 'OUTPUT' : stays ? 'INPUT' : 'FORWARD');
    if (end !== 'drop' && end !== 'reject') {
      if (sending || !stays) this.#run('nat', 'POSTROUTING');
      // What a node sends to itself comes in again.
      if (sending && stays) end = this.#run('filter', 'INPUT');
    }
    return this.#told(end);
  }

  filtered(): Verdict {
    const stays = isLocal(this.#node, this.#to) || this.#node.table.at(this.#to).length > 0;
    this.#isLeft = true;
    const first = this.#packet.hook === 'output' ? 'OUTPUT' : stays ? 'INPUT' : 'FORWARD';
    const end = this.#run('filter', first);
    return this.#told(end === undefined && first === 'OUTPUT' && stays ? this.#run('filter', 'INPUT') : end);
  }

  #told(end: End | undefined): Verdict {
    const met = this.#met;
    const ipv6 = this.#family === 'IPv6';
    const rules = (): string[] => met.map((rule) => printRule(rule, ipv6));
    const by = met.find((rule) => rule.about?.by)?.about;
    const match = by?.by && { service: by.port.service, port: by.port.port, by: by.by };
    if (end === 'drop' || end === 'reject') {
      const because = this.#reason();
      return { kind: end, masquerade: false, rules, ...(match && { match }), ...(because && { because }) };
    }
    if (!this.#endpoint) return this.#elsewhere() ?? (match ? { ...passed, match, rules } : passed);
    const { of = 1, local = false, asked = false } = met.findLast((rule) => rule.about?.spread)?.about?.spread ?? {};
    return {
      kind: 'dnat',
      endpoint: this.#endpoint,
      masquerade: this.#masqueraded,
      rules,
      ...(match && { match }),
      choice: { of, local, remembered: asked },
    };
  }

  #reason(): Verdict['because'] {
    const because = this.#met.at(-1)?.about?.because;
    // The firewall drops all that it did not see leave for an endpoint: also a sender whom it let pass, when there was none for him.
    const accepted = because === 'source-range' && this.#met.some((rule) => rule.chain.startsWith('KUBE-FW-'));
    return accepted ? 'no-local-endpoints' : because;
  }

  /** A rule would end it if it came in from outside, but hangs on no hook that the node's own packets pass. */
  #elsewhere(): Verdict | undefined {
    if (this.#node.flushed?.includes(`${this.#family} filter`)) return undefined;
    for (const part of this.#parts)
      for (const rule of part.filter.get('KUBE-EXTERNAL-SERVICES') ?? []) {
        const { about } = rule;
        if (!about?.by || !about.because || !this.#matches(rule)) continue;
        return {
          kind: 'pass',
          match: { service: about.port.service, port: about.port.port, by: about.by },
          masquerade: false,
          rules: () => [printRule(rule, this.#family === 'IPv6')],
          because: about.because,
        };
      }
    return undefined;
  }

  #run(table: TableName, chain: string): End | undefined {
    if (this.#node.flushed?.includes(`${this.#family} ${table}`)) return undefined;
    for (const part of this.#parts) {
      const rules = part[table].get(chain);
      if (!rules) continue;
      for (const rule of rules) {
        if (!this.#matches(rule)) continue;
        const end = this.#do(table, rule);
        if (end === 'return') return undefined;
        if (end) return end;
      }
    }
    return undefined;
  }

  #do(table: TableName, rule: Rule): End | 'return' | undefined {
    const { target } = rule;
    if (!target) return undefined;
    if (rule.about) this.#met.push(rule);
    switch (target.kind) {
      case 'jump':
        return this.#isLeft && target.chain === rewritten ? undefined : this.#run(table, target.chain);
      case 'RETURN':
        return 'return';
      case 'MARK':
        this.#marked = target.set;
        return undefined;
      case 'MASQUERADE':
        this.#masqueraded = true;
        return 'accept';
      case 'DNAT':
        this.#draw();
        this.#endpoint = target.endpoint;
        this.#to = target.endpoint.ip;
        this.#port = target.endpoint.port;
        return 'accept';
      case 'ACCEPT':
        return 'accept';
      case 'DROP':
        return 'drop';
      case 'REJECT':
        return 'reject';
    }
  }

  #matches(rule: Rule): boolean {
    if (rule.destination && !isIn(rule.destination, this.#to)) return false;
    if (rule.protocol && rule.protocol !== this.#protocol) return false;
    if (rule.source && !isIn(rule.source, this.#packet.source)) return false;
    if (rule.device && isDevice(rule.device, this.#packet.device) === rule.device.not) return false;
    for (const match of rule.matches) if (!this.#fits(rule, match)) return false;
    return true;
  }

  #fits(rule: Rule, match: Match): boolean {
    switch (match.kind) {
      case 'comment':
      case 'nfacct':
        return true;
      case 'protocol':
        return match.port === undefined || match.port === this.#port;
      case 'addrtype':
        return isLocal(this.#node, match.side === 'dst' ? this.#to : this.#packet.source) !== (match.not ?? false);
      case 'conntrack':
        // Only first packets walk: NEW, and DNAT when that has happened to them.
        return (match.states.includes('NEW') || (!!this.#endpoint && match.states.includes('DNAT'))) !== match.not;
      case 'mark':
        return this.#marked !== match.not;
      case 'statistic':
        return this.#isItsTurn(match.of);
      case 'set':
      case 'physdev':
      case 'ipvs':
        // Rules of ipvs mode, which has its own walk.
        return false;
      case 'recent':
        return match.set || this.#isRemembered(rule, match.seconds);
    }
  }

  #isItsTurn(of: number): boolean {
    this.#turns = this.#turns === undefined ? this.#chance.pick(of) : this.#turns - 1;
    return this.#turns === 0;
  }

  /** A lone endpoint is drawn as well: every choice takes one draw in every mode, so the same seed says the same in all of them. */
  #draw(): void {
    if (this.#turns === undefined && !this.#met.findLast((rule) => rule.about?.spread)?.about?.spread?.asked) this.#chance.pick(1);
  }

  #isRemembered({ about }: Rule, seconds: number): boolean {
    const { port, endpoint } = about as { port: ProxyPort; endpoint: ProxyEndpoint };
    if (this.#remembered === null) this.#remembered = this.#chance.remembered(portKey(port), this.#packet.source, seconds);
    return this.#remembered !== undefined && endpointText(endpoint) === this.#remembered;
  }
}

/** The Services that have rules for this destination. */
function concerned(node: ProxyNode, { to, port }: NodePacket): readonly ProxiedService[] {
  const own = node.table.at(to);
  const all = isLocal(node, to) ? new Set([...own, ...node.table.onNodePort(port)]) : new Set(own);
  return all.size < 2 ? [...all] : [...all].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function isIn(match: AddressMatch, text: string): boolean {
  return match.ip === undefined ? isInRange(match, text) : (text === match.ip) !== match.not;
}

/** Who asked lately, of each range: the same senders come again and again, and looking into ranges is dear. */
const lately = new WeakMap<AddressMatch, { text: string; inside: boolean }>();

function isInRange(match: AddressMatch, text: string): boolean {
  const known = lately.get(match);
  if (known?.text === text) return known.inside;
  const ip = parseIP(text);
  const inside = (!!match.range && !!ip && cidrContains(match.range, ip)) !== match.not;
  lately.set(match, { text, inside });
  return inside;
}
