// Corefiles that cannot be used, in CoreDNS' words; snippets, imports and variables; the hash that `reload` shows.
import { expect, test } from 'vitest';
import { corefileHash, parseCorefile } from '../../src/network/dns/corefile/parse.js';
import { corednsOf } from './coredns.js';

const at = (line: number, text: string): string => `/etc/coredns/Corefile:${line} - Error during parsing: ${text}`;

const refused = (corefile: string): string => {
  try {
    corednsOf(corefile, { '/etc/resolv.conf': 'nameserver 192.0.2.53\n' });
    return 'accepted';
  } catch (e) {
    return (e as Error).message;
  }
};

const inBlock = (line: string): string => `.:53 {\n    ${line.replaceAll('\n', '\n    ')}\n}\n`;

test.each([
  ['.:53 {\n    errors\n    kubernets cluster.local\n}\n', at(3, "Unknown directive 'kubernets'")],
  ['.:53 {\n    errors\n', "/etc/coredns/Corefile:2 - Syntax error: Unexpected token 'errors', expecting '}'"],
  ['.:53 {\n    kubernetes cluster.local {\n        pods insecure\n', at(3, 'Unexpected EOF')],
  // One closing brace too few at the very end goes unnoticed.
  ['.:53 {\n    kubernetes cluster.local {\n        pods insecure\n    }\n', 'accepted'],
  ['.:53 {\n    errors }\n}\n', at(2, "Unexpected '}' because no matching opening brace")],
  ['a.example, {\n}\n', at(1, "Expected another address but had '{' - check for extra comma")],
  ['.:53 {\n    errors\n}\n.:53 {\n    log\n}\n', 'cannot serve dns://.:53 - it is already defined'],
  ['example.org:70000 {\n    whoami\n}\n', 'address 70000: invalid port'],
  [':53 {\n    errors\n}\n', 'error inspecting server blocks: zone is not a valid domain name: '],
  ['tcp://a.example {\n    errors\n}\n', 'accepted'],
  ['..:53 {\n    errors\n}\n', 'error inspecting server blocks: zone is not a valid domain name: ..'],
  ['tls://.:853 {\n    errors\n}\n', 'kubelab does not simulate a server for tls://.:853'],
  [inBlock('import missing.conf'), at(2, 'File to import not found: missing.conf')],
  [inBlock('etcd'), "plugin/etcd: kubelab does not simulate the plugin 'etcd'"],
  // The reverse zones themselves are taken for ordinary ones.
  [inBlock('kubernetes in-addr.arpa'), 'accepted'],
  [inBlock('kubernetes 10.in-addr.arpa fd00::/8'), 'plugin/kubernetes: non-reverse zone name must be used'],
  [
    inBlock('kubernetes cluster.local {\nlabels a=b=c\n}'),
    `plugin/kubernetes: unable to parse label selector value: 'a=b=c': couldn't parse the selector string "a=b=c": found '=', expected: ',' or 'end of string'`,
  ],
  [
    inBlock('kubernetes cluster.local {\nlabels a!=b\n}'),
    `plugin/kubernetes: unable to parse label selector value: 'a!=b': "!=" is not a valid label selector operator`,
  ],
  [
    inBlock('kubernetes cluster.local {\napiserver_burst 1.5\n}'),
    `plugin/kubernetes: ${at(3, 'invalid apiserver_burst "1.5": strconv.Atoi: parsing "1.5": invalid syntax')}`,
  ],
  [
    inBlock('kubernetes cluster.local {\npods all\n}'),
    'plugin/kubernetes: wrong value for pods: all,  must be one of: disabled, verified, insecure',
  ],
  [inBlock('kubernetes cluster.local {\nttl 4000\n}'), `plugin/kubernetes: ${at(3, 'ttl must be in range [0, 3600]: 4000')}`],
  [inBlock('kubernetes cluster.local {\nttl long\n}'), 'plugin/kubernetes: strconv.Atoi: parsing "long": invalid syntax'],
  [
    inBlock('kubernetes cluster.local {\nttl\n}'),
    `plugin/kubernetes: ${at(3, "Wrong argument count or unexpected line ending after 'ttl'")}`,
  ],
  [inBlock('kubernetes cluster.local {\nresyncperiod 5m\n}'), `plugin/kubernetes: ${at(3, "unknown property 'resyncperiod'")}`],
  [inBlock('kubernetes cluster.local\nkubernetes cluster.local'), 'plugin/kubernetes: this plugin can only be used once per Server Block'],
  [
    inBlock('kubernetes cluster.local {\nnamespaces a\nnamespace_labels b=c\n}'),
    `plugin/kubernetes: ${at(5, 'namespaces and namespace_labels cannot both be set')}`,
  ],
  [inBlock('forward .'), `plugin/forward: ${at(2, "Wrong argument count or unexpected line ending after '.'")}`],
  [inBlock('forward . /nope'), 'plugin/forward: failed to resolve "/nope": lookup /nope: no such host'],
  [inBlock('forward . 1.1.1'), 'plugin/forward: failed to resolve "1.1.1": lookup 1.1.1: no such host'],
  [inBlock('forward . grpc://1.1.1.1'), "plugin/forward: 'grpc' is not supported as a destination protocol in forward: grpc://1.1.1.1:443"],
  [inBlock('forward . 192.0.2.1 {\nmax_fails 1 2\n}'), `plugin/forward: ${at(3, "unknown property '2'")}`],
  [inBlock('forward . 192.0.2.1 {\nmax_fails -1\n}'), 'plugin/forward: strconv.ParseUint: parsing "-1": invalid syntax'],
  [inBlock('forward . 192.0.2.1 {\nhealth_check 5s often\n}'), 'plugin/forward: health_check: unknown option often'],
  [inBlock('forward . 192.0.2.1 {\nnext NEVER\n}'), 'plugin/forward: NEVER is not a valid rcode'],
  [inBlock('forward . 192.0.2.1 {\nmax_age 5s\n}'), 'plugin/forward: max_age (5s) must not be less than expire (10s)'],
  [inBlock('forward . 192.0.2.1 {\npolicy best\n}'), `plugin/forward: ${at(3, "unknown policy 'best'")}`],
  [inBlock('forward . 192.0.2.1 {\nupstream\n}'), `plugin/forward: ${at(3, "unknown property 'upstream'")}`],
  [
    inBlock('forward . dns.google'),
    'plugin/forward: kubelab does not simulate forwarding to a host name that is asked of 192.0.2.53: dns.google',
  ],
  [inBlock('cache 0'), 'plugin/cache: cache TTL can not be zero or negative: 0'],
  [inBlock('cache {\ndisable all\n}'), 'plugin/cache: cache type for disable must be "success" or "denial"'],
  [inBlock('cache {\nprefetch 10 1m 95%\n}'), 'plugin/cache: percentage should fall in range [10, 90]: 95'],
  [inBlock('cache {\nserve_stale 1h never\n}'), 'plugin/cache: invalid value for serve_stale refresh mode: never'],
  [inBlock('cache {\nsuccess 99999999999999999999\n}'), 'plugin/cache: strconv.Atoi: parsing "99999999999999999999": value out of range'],
  [inBlock('bufsize 100'), `plugin/bufsize: plugin/bufsize: ${at(2, "Wrong argument count or unexpected line ending after '100'")}`],
  [inBlock('whoami now'), `plugin/whoami: ${at(2, "Wrong argument count or unexpected line ending after 'now'")}`],
  [inBlock('hosts {\nreload soon\n}'), `plugin/hosts: ${at(3, "invalid duration for reload 'soon'")}`],
  [inBlock('errors {\nconsolidate 5m (\n}'), `plugin/errors: ${at(3, 'error parsing regexp: missing closing ): `(`')}`],
  [inBlock('reload 1s'), 'plugin/reload: interval value must be greater or equal to 2s'],
  [inBlock('cancel 0s'), 'plugin/cancel: invalid negative duration: "0s"'],
  [inBlock('reload soon'), 'plugin/reload: time: invalid duration "soon"'],
  [inBlock('health {\nlameduck\n}'), `plugin/health: ${at(3, "Wrong argument count or unexpected line ending after 'lameduck'")}`],
  [inBlock('health 8080'), 'plugin/health: address 8080: missing port in address'],
  [inBlock('rewrite name a'), 'plugin/rewrite: too few arguments for a name rule'],
  [
    inBlock('rewrite name best a b'),
    'plugin/rewrite: name rule supports only exact, prefix, suffix, substring, and regex name matching, received: best',
  ],
  [inBlock('rewrite name regex (a b'), 'plugin/rewrite: invalid regex matching pattern: (a'],
  [
    inBlock('rewrite name regex a {1}.b'),
    'plugin/rewrite: the rewrite regex pattern ({1}.b) uses more subexpressions than its corresponding matching regex pattern (a)',
  ],
  [inBlock('rewrite size 1'), 'plugin/rewrite: invalid rule type "size"'],
  [inBlock('hosts {\nttl 0\n}'), `plugin/hosts: ${at(3, 'ttl provided is invalid')}`],
  [inBlock('hosts {\nfallthrough\n192.0.2.1 late\n}'), `plugin/hosts: ${at(4, "unknown property '192.0.2.1'")}`],
  [inBlock('template IN'), `plugin/template: ${at(2, "Wrong argument count or unexpected line ending after 'IN'")}`],
  [
    inBlock('template IN A {\nmatch (\n}'),
    `plugin/template: ${at(3, 'could not parse regex: (, error parsing regexp: missing closing ): `(`')}`,
  ],
  [inBlock('errors stderr'), `plugin/errors: ${at(2, 'invalid log file: stderr')}`],
  [inBlock('log {\nclass some\n}'), 'plugin/log: invalid Class: some'],
  [inBlock('loop now'), `plugin/loop: ${at(2, "Wrong argument count or unexpected line ending after 'now'")}`],
  [inBlock('acl {\nforbid\n}'), `plugin/acl: ${at(3, `unexpected token "forbid"; expect 'allow', 'block', 'filter' or 'drop'`)}`],
  [inBlock('acl {\nallow net 10.0.0.300\n}'), `plugin/acl: ${at(3, 'illegal CIDR notation "10.0.0.300/32"')}`],
  [inBlock('header {\nresponse set tc\n}'), 'plugin/header: setting up rule: unknown/unsupported flag=tc'],
  [inBlock('rewrite type A B'), 'plugin/rewrite: invalid type "B"'],
  [inBlock('rewrite class IN XX'), 'plugin/rewrite: invalid class "XX"'],
  [inBlock('rewrite cname regex ( b'), 'plugin/rewrite: invalid cname rewrite regex pattern: error parsing regexp: missing closing ): `(`'],
  [inBlock('loadbalance best'), 'plugin/loadbalance: unknown policy: best'],
])('%s', (corefile, message) => {
  expect(refused(corefile)).toBe(message);
});

test('snippets, imports, variables, comments', () => {
  const source = {
    path: '/etc/coredns/Corefile',
    text: '# all\n(common) {\n  errors # here\n}\n{$ZONE}:53, b.example {\n  import common\n  import custom/*.override\n  log "a b"\n}\n',
    files: {
      read: (path: string) => (path === '/etc/coredns/custom/x.override' ? 'cache 30\n' : undefined),
      list: (folder: string) => (folder === '/etc/coredns/custom' ? ['x.override', 'y.txt'] : []),
    },
    env: new Map([['ZONE', 'a.example']]),
  };
  expect(
    parseCorefile(source).map((b) => ({ keys: b.keys, directives: [...b.directives].map(([, t]) => t.map((w) => w.text).join(' ')) })),
  ).toEqual([{ keys: ['a.example:53', 'b.example'], directives: ['errors', 'cache 30', 'log a b'] }]);
});

test('the hash of a Corefile that kubeadm wrote for years', () => {
  const text = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;
  const files = { read: () => undefined, list: () => [] };
  expect(corefileHash(parseCorefile({ path: '', text, files, env: new Map() }))).toBe(
    '591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5f046dd37f1cf888b953814040d180f52594972691cd6ff41be96639138a43908',
  );
});
