// Manifests that people really apply, some broken on purpose: whatever they are, the answer is kubectl's, never a crash.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { main } from '../../src/main.js';

const folder = resolve('../shared/corpus/manifests');

describe('apply --dry-run=server', () => {
  it('never crashes on a manifest of the corpus', async () => {
    if (!existsSync(folder)) return void console.log('skipped: no recordings');
    const dir = mkdtempSync(join(tmpdir(), 'kubelab-corpus-'));
    const path = join(dir, 'cluster.db');
    createCluster(path, { clock: 'virtual' }).close();
    const crashed: string[] = [];
    for (const file of readdirSync(folder).filter((f) => /\.(ya?ml|json)$/.test(f))) {
      let text = '';
      const say = (t: string): void => void (text += t);
      const io = {
        stdin: () => '',
        out: say,
        err: say,
        inputIsTTY: false,
        outputIsTTY: false,
        env: { KUBELAB_CLUSTER: path },
        cwd: folder,
      };
      const code = await main(['apply', '--dry-run=server', '-f', join(folder, file)], io);
      if (![0, 1].includes(code) || /\n\s+at .*:\d+:\d+/.test(text)) crashed.push(`${file}: exit ${code}: ${text.slice(0, 300)}`);
    }
    rmSync(dir, { recursive: true });
    expect(crashed).toEqual([]);
  });
});
