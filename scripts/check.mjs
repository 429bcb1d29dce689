// npm test: types, lint, format, then the tests. The last line is 'N passed, N failed'; exit 1 if anything failed.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const report = join(mkdtempSync(join(tmpdir(), 'kubelab-tests-')), 'report.json');
const npx = (...argv) => ['npx', '--no-install', ...argv];

let passed = 0;
let failed = 0;

/** Runs a command to its end; what it prints is shown then, so that several can run at once. */
function step(name, [command, ...argv]) {
  return new Promise((done) => {
    let text = '';
    const child = spawn(command, argv);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => void (text += data));
    child.on('error', (e) => void (text += `${e.message}\n`));
    child.on('close', (code) => {
      process.stdout.write(`${text}${code === 0 ? 'ok' : 'FAILED'}: ${name}\n`);
      if (code === 0) passed++;
      else failed++;
      done();
    });
  });
}

/** Was the program built since what it is built of last changed? */
function isBuilt() {
  const last = join('dist', 'LICENSES.txt'); // what a build writes when all else has gone well
  if (!existsSync(last)) return false;
  const sources = ['src', 'scripts'].flatMap((dir) => [dir, ...readdirSync(dir, { recursive: true }).map((name) => join(dir, name))]);
  const changed = (path) => statSync(path).mtimeMs;
  return [...sources, 'package-lock.json'].every((path) => changed(path) < changed(last));
}

/** Where thousands of small transactions need no disk, when there is a gigabyte of it. */
function roomInMemory() {
  try {
    accessSync('/dev/shm', constants.W_OK);
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > 2 ** 30) return '/dev/shm';
  } catch {
    // No such place here.
  }
  return tmpdir();
}

/** What it prints is shown as it comes. */
function tests() {
  const env = { ...process.env, KUBELAB_PROCESSES: '1', TMPDIR: roomInMemory() };
  const [vitest, ...argv] = npx('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`);
  return new Promise((done) => spawn(vitest, argv, { stdio: 'inherit', env }).on('error', done).on('close', done));
}

// Tests of whole processes run what was built.
if (!isBuilt()) await step('build', [process.execPath, 'scripts/build.mjs']);
await Promise.all([
  tests(),
  step('types', npx('tsc', '--noEmit')),
  step('lint', npx('oxlint', '--deny-warnings', 'src', 'test', 'scripts')),
  step('format', npx('biome', 'format', '.')),
]);
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
