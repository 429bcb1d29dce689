import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as ip from '../../src/lib/ip.js';

test('canonical forms', () => {
  const forms = ['10.0.0.1', '2001:DB8:0:0:1:0:0:1', '::', '1::', '::ffff:10.0.0.1', '1:2:3:4:5:6:7:8', '0:0:1::'];
  expect(forms.map(ip.canonicalIP)).toEqual(['10.0.0.1', '2001:db8::1:0:0:1', '::', '1::', '10.0.0.1', '1:2:3:4:5:6:7:8', '0:0:1::']);
});

test('strictness', () => {
  const wrong = ['010.0.0.1', '10.0.0', '1.2.3.4/8', 'fe80::1%eth0', '', '1::2::3', '256.0.0.1', ' 1.2.3.4'];
  expect(wrong.filter((text) => ip.parseIP(text))).toEqual([]);
  expect(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0'].filter((text) => ip.parseCIDR(text))).toEqual([]);
});

test('what is an address is what Node takes for one', () => {
  const piece = fc.constantFrom(':', '::', '.', '0', '1', '10', '255', '256', '09', 'ffff', 'FF', '12345', 'g', '1.2.3.4', '1:2:3', '');
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  const whole = fc.array(fc.constantFrom('1', 'ab', '1.2.3.4', ''), { minLength: 6, maxLength: 9 }).map((parts) => parts.join(':'));
  fc.assert(
    fc.property(fc.oneof(text, whole, fc.ipV4(), fc.ipV6()), (t) => (ip.parseIP(t) !== undefined) === (isIP(t) !== 0)),
    { numRuns: 3000 },
  );
});

test('networks', () => {
  const net = ip.parseCIDR('10.96.3.4/12')!;
  expect(ip.formatCIDR(net)).toBe('10.96.0.0/12');
  expect(ip.formatIP(ip.nthIP(net, 10))).toBe('10.96.0.10');
  expect(ip.formatIP(ip.lastIP(net))).toBe('10.111.255.255');
  expect(ip.cidrContains(net, ip.parseIP('10.112.0.0')!)).toBe(false);
  expect(ip.cidrsOverlap(net, ip.parseCIDR('10.0.0.0/8')!)).toBe(true);
});

test('special ranges', () => {
  const of = (text: string) => ip.parseIP(text)!;
  expect(ip.isLoopback(of('127.9.9.9'))).toBe(true);
  expect(ip.isLinkLocalUnicast(of('fe80::1'))).toBe(true);
  expect(ip.isMulticast(of('224.0.1.1'))).toBe(true);
  expect(ip.isLinkLocalMulticast(of('224.0.1.1'))).toBe(false);
  expect(ip.isUnspecified(of('::'))).toBe(true);
});

test('strict messages name what is wrong', () => {
  expect(['010.0.0.1', '::ffff:10.0.0.1', '10.0.0', '10.0.0.1'].map(ip.isValidIP)).toEqual([
    ['must not have leading 0s'],
    ['must not be an IPv4-mapped IPv6 address'],
    ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    [],
  ]);
  expect(['10.0.0.1/8', '010.0.0.0/08', '10.0.0.0', '10.0.0.0/8'].map(ip.isValidCIDR)).toEqual([
    [],
    ['must not have leading 0s in IP or prefix length'],
    ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    [],
  ]);
});
