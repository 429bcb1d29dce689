// The real nft, where there is one: it takes the rules that we print, and lists them to the letter as we do.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { nftables } from '../../src/network/proxy/nftables/build.js';
import { tableText } from '../../src/network/proxy/nftables/list.js';
import { generate } from './generate-services.js';

/** In a network namespace of its own, so that the machine's rules are left alone. */
const alone = (script: string, input = ''): { status: number | null; stdout: string; stderr: string } =>
  spawnSync('unshare', ['--map-root-user', '--net', 'sh', '-c', script], { input, encoding: 'utf8', maxBuffer: 1 << 26 });

const version = alone('nft --version && nft list tables').stdout;
const usable = version.startsWith('nftables v1.0.');
if (!usable) console.log('skipped: no nft that may be used');

const mark = '### next\n';

test.skipIf(!usable)('lists what we print', () => {
  const texts = Array.from({ length: 12 }, (_, i) => {
    const { node } = generate(i + 1, 'nftables');
    return tableText(nftables(node, 'IPv4')) + tableText(nftables(node, 'IPv6'));
  });
  const script = texts
    .map((text) => `nft flush ruleset; nft -f - <<'END' && nft list ruleset; echo '${mark.trim()}'\n${text}END\n`)
    .join('\n');
  const { stdout, stderr } = alone('sh', script);
  expect(stderr).toBe('');
  expect(stdout.split(mark).slice(0, -1)).toEqual(texts);
});
