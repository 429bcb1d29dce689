// npm test: types, lint, format, then the tests. The last line is 'N passed, N failed'; exit 1 if anything failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const report = join(mkdtempSync(join(tmpdir(), 'kubelab-tests-')), 'report.json');
const npx = (...argv) => spawnSync('npx', ['--no-install', ...argv], { stdio: 'inherit' }).status === 0;

let passed = 0;
let failed = 0;
function step(name, run) {
  const ok = run();
  console.log(`${ok ? 'ok' : 'FAILED'}: ${name}`);
  if (ok) passed++;
  else failed++;
}

step('build', () => spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' }).status === 0);
step('types', () => npx('tsc', '--noEmit'));
step('lint', () => npx('oxlint', '--quiet', 'src', 'test', 'scripts'));
step('format', () => npx('biome', 'format', '.'));
process.env.KUBELAB_PROCESSES = '1';
npx('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`);
try {
  const r = JSON.parse(readFileSync(report, 'utf8'));
  passed += r.numPassedTests;
  failed += r.numFailedTests + r.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
  if (r.numTotalTests === 0) failed++;
} catch (e) {
  console.log(`no test report: ${e.message}`);
  failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
