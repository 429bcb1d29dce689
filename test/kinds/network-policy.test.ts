// NetworkPolicy: defaults, what validation refuses and in which words, `describe` as kubectl 1.36.4 printed it.
import { expect, test } from 'vitest';
import { networkPolicy } from '../../src/kinds/network-policy/index.js';
import { formatFieldError } from '../../src/model/field-error.js';
import type { NetworkPolicy, NetworkPolicySpec } from '../../src/model/generated/api.js';

const policy = (spec: NetworkPolicySpec): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'a', namespace: 'default', creationTimestamp: '2026-01-15T11:00:00Z', labels: { x: 'y' } },
  spec,
});

const defaulted = (spec: NetworkPolicySpec): NetworkPolicySpec => {
  const obj = policy(spec);
  networkPolicy.defaults?.(obj);
  return obj.spec;
};

test('policyTypes follow the rules that are there; ports are TCP', () => {
  expect(defaulted({ podSelector: {} }).policyTypes).toEqual(['Ingress']);
  expect(defaulted({ podSelector: {}, egress: [] }).policyTypes).toEqual(['Ingress']);
  expect(defaulted({ podSelector: {}, egress: [{}] }).policyTypes).toEqual(['Ingress', 'Egress']);
  expect(defaulted({ podSelector: {}, egress: [{}], policyTypes: ['Egress'] }).policyTypes).toEqual(['Egress']);
  expect(defaulted({ podSelector: {}, ingress: [{ ports: [{ port: 80 }, { protocol: 'UDP' }] }] }).ingress).toEqual([
    { ports: [{ port: 80, protocol: 'TCP' }, { protocol: 'UDP' }] },
  ]);
});

const errors = (spec: NetworkPolicySpec): string[] =>
  (networkPolicy.validateCreate?.(policy(spec), {} as never) ?? []).map(formatFieldError);

test.each<[string, NetworkPolicySpec, string[]]>([
  ['nothing wrong', { podSelector: {}, ingress: [{}], policyTypes: ['Ingress', 'Egress'] }, []],
  [
    'a peer that is none',
    { ingress: [{ from: [{}] }], egress: [{ to: [{}] }] },
    ['spec.ingress[0].from[0]: Required value: must specify a peer', 'spec.egress[0].to[0]: Required value: must specify a peer'],
  ],
  [
    'a peer that is two',
    { ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] },
    ['spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer'],
  ],
  [
    'ports',
    {
      ingress: [
        {
          ports: [
            { protocol: 'ICMP', port: 80 },
            { port: 0 },
            { port: 80, endPort: 79 },
            { port: 80, endPort: 70000 },
            { endPort: 80 },
            { port: 'http', endPort: 80 },
            { port: 'http_' },
          ],
        },
      ],
    },
    [
      'spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
      'spec.ingress[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ingress[0].ports[2].endPort: Invalid value: 80: must be greater than or equal to `port`',
      'spec.ingress[0].ports[3].endPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.ingress[0].ports[4].endPort: Invalid value: 80: may not be specified when `port` is not specified',
      'spec.ingress[0].ports[5].endPort: Invalid value: 80: may not be specified when `port` is non-numeric',
      'spec.ingress[0].ports[6].port: Invalid value: "http_": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ],
  ],
  [
    'address blocks',
    {
      egress: [
        {
          to: [
            { ipBlock: { cidr: '' } },
            { ipBlock: { cidr: '10.0.0.0' } },
            { ipBlock: { cidr: '10.0.0.1/8' } },
            { ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8', '11.0.0.0/16', '10.1.0.0/16', 'x'] } },
          ],
        },
      ],
    },
    [
      'spec.egress[0].to[0].ipBlock.cidr: Required value',
      'spec.egress[0].to[1].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      'spec.egress[0].to[2].ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
      'spec.egress[0].to[3].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
      'spec.egress[0].to[3].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      'spec.egress[0].to[3].ipBlock.except[3]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
  ],
  ['policyTypes', { policyTypes: ['Ingres'] }, ['spec.policyTypes[0]: Unsupported value: "Ingres": supported values: "Ingress", "Egress"']],
  [
    'too many policyTypes',
    { policyTypes: ['Ingress', 'Egress', 'Ingress'] },
    ['spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes'],
  ],
])('refused: %s', (_, spec, expected) => expect(errors(spec)).toEqual(expected));

test('describe', () => {
  const spec: NetworkPolicySpec = {
    podSelector: {
      matchExpressions: [
        { key: 'app', operator: 'In', values: ['b', 'a'] },
        { key: 'z', operator: 'Exists' },
      ],
    },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        ports: [{ protocol: 'TCP', port: 32000, endPort: 32768 }, { protocol: 'UDP' }, { port: 'http' }],
        from: [
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } },
          { namespaceSelector: {}, podSelector: {} },
          { namespaceSelector: {} },
          { podSelector: {} },
        ],
      },
      {},
      { from: [{ podSelector: { matchLabels: { a: 'b' } } }] },
    ],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }, { ports: [{ protocol: 'SCTP', port: 5, endPort: 7 }] }],
  };
  expect(networkPolicy.describe?.(policy(spec), {} as never)).toBe(`Name:         a
Namespace:    default
Created on:   2026-01-15 11:00:00 +0000 UTC
Labels:       x=y
Annotations:  <none>
Spec:
  PodSelector:     app in (a,b),z
  Allowing ingress traffic:
    To Port Range: 32000-32768/TCP
    To Port: <nil>/UDP
    To Port: http/TCP
    From:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 10.1.0.0/16, 10.2.0.0/16
    From:
      NamespaceSelector: <none>
      PodSelector: <none>
    From:
      NamespaceSelector: <none>
    From:
      PodSelector: <none>
    ----------
    To Port: <any> (traffic allowed to all ports)
    From: <any> (traffic not restricted by source)
    ----------
    To Port: <any> (traffic allowed to all ports)
    From:
      PodSelector: a=b
  Allowing egress traffic:
    To Port: <any> (traffic allowed to all ports)
    To:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 
    ----------
    To Port Range: 5-7/SCTP
    To: <any> (traffic not restricted by destination)
  Policy Types: Ingress, Egress
`);
});

test('describe a policy without rules', () => {
  expect(networkPolicy.describe?.(policy({ podSelector: {}, policyTypes: ['Ingress'] }), {} as never)).toBe(`Name:         a
Namespace:    default
Created on:   2026-01-15 11:00:00 +0000 UTC
Labels:       x=y
Annotations:  <none>
Spec:
  PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)
  Allowing ingress traffic:
    <none> (Selected pods are isolated for ingress connectivity)
  Not affecting egress traffic
  Policy Types: Ingress
`);
});
