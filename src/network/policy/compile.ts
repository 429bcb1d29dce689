// A NetworkPolicy as a node looks at it: selectors and address blocks parsed, rules of both directions of one shape, each with its field.
import { type CIDR, parseCIDR } from '../../lib/ip.js';
import type { IPBlock, LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../model/generated/api.js';
import { fromLabelSelector, type Requirement } from '../../model/selector.js';

export type Direction = 'ingress' | 'egress';

export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly selects: readonly Requirement[];
  /** The rules of a direction; undefined when the policy does not isolate for it. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

/** One item of spec.ingress or spec.egress: an allowed port (any when empty) of an allowed peer (any when empty). */
export interface Rule {
  /** "spec.ingress[0]" */
  readonly field: string;
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly Peer[];
}

export interface Peer {
  /** "spec.ingress[0].from[0]" */
  readonly field: string;
  readonly pods: readonly Requirement[] | undefined;
  readonly namespaces: readonly Requirement[] | undefined;
  readonly block: Block | undefined;
}

export interface Block {
  readonly cidr: CIDR;
  readonly except: readonly CIDR[];
  readonly text: IPBlock;
}

export const policyName = (p: Policy): string => `NetworkPolicy ${p.namespace}/${p.name}`;

export function compile({ metadata, spec }: NetworkPolicy): Policy {
  const types = spec.policyTypes ?? [];
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    selects: fromLabelSelector(spec.podSelector ?? {}),
    ingress: types.includes('Ingress')
      ? (spec.ingress ?? []).map(({ ports, from }, i) => rule(`spec.ingress[${i}]`, ports, 'from', from))
      : undefined,
    egress: types.includes('Egress')
      ? (spec.egress ?? []).map(({ ports, to }, i) => rule(`spec.egress[${i}]`, ports, 'to', to))
      : undefined,
  };
}

const rule = (
  field: string,
  ports: readonly NetworkPolicyPort[] | undefined,
  side: 'from' | 'to',
  peers: readonly NetworkPolicyPeer[] | undefined,
): Rule => ({ field, ports: ports ?? [], peers: (peers ?? []).map((p, i) => peer(`${field}.${side}[${i}]`, p)) });

const requirements = (selector: LabelSelector | undefined): Requirement[] | undefined => selector && fromLabelSelector(selector);

const peer = (field: string, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): Peer => ({
  field,
  pods: requirements(podSelector),
  namespaces: requirements(namespaceSelector),
  block: ipBlock && block(ipBlock),
});

function block(text: IPBlock): Block | undefined {
  const cidr = parseCIDR(text.cidr);
  return cidr && { cidr, except: (text.except ?? []).flatMap((e) => parseCIDR(e) ?? []), text };
}
