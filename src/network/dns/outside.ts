// Names and servers outside the cluster. Nothing leaves this machine: a few well-known names have addresses, all others do not exist.
import { addressRecord, message, type Message, type Record } from './message.js';
import { addressOf } from './name.js';

/** The nodes' own resolver, and the public ones that everybody knows. */
export const outsideServers: ReadonlySet<string> = new Set([
  '172.30.1.1',
  '8.8.8.8',
  '8.8.4.4',
  '1.1.1.1',
  '1.0.0.1',
  '9.9.9.9',
  '149.112.112.112',
  '208.67.222.222',
  '208.67.220.220',
]);

const ttl = 300;

/** Addresses are those of the documentation ranges. */
const names: { readonly [name: string]: readonly string[] } = {
  'example.com.': ['192.0.2.1', '2001:db8::1'],
  'www.example.com.': ['192.0.2.1', '2001:db8::1'],
  'example.org.': ['192.0.2.7', '2001:db8::7'],
  'www.example.org.': ['192.0.2.7', '2001:db8::7'],
  'kubernetes.io.': ['192.0.2.2'],
  'www.kubernetes.io.': ['192.0.2.2'],
  'google.com.': ['192.0.2.3', '2001:db8::3'],
  'www.google.com.': ['192.0.2.3', '2001:db8::3'],
  'github.com.': ['192.0.2.4'],
  'registry.k8s.io.': ['192.0.2.5'],
  'docker.io.': ['192.0.2.6'],
};

const soaOf = (zone: string): Record => ({
  name: zone,
  type: 'SOA',
  ttl: 900,
  data:
    zone === '.'
      ? 'a.root-servers.net. nstld.verisign-grs.com. 2026112100 1800 900 604800 86400'
      : `ns1.${zone} hostmaster.${zone} 2026112100 7200 3600 1209600 3600`,
});

/** What any resolver of the outside world says. */
export function outsideAnswer(name: string, type: string): Message {
  const lower = name.toLowerCase();
  const addresses = names[lower];
  const parts = { recursionAvailable: true };
  if (!addresses) return message('NXDOMAIN', { ...parts, authority: [soaOf(addressOf(lower) === '' ? '.' : 'in-addr.arpa.')] });
  const answer = addresses.map((ip) => addressRecord(name, ip, ttl)).filter((r) => r.type === type);
  return message('NOERROR', { ...parts, answer, authority: answer.length > 0 ? [] : [soaOf(lower.split('.').slice(-3).join('.'))] });
}
