// Programs that take memory and time on purpose: stress 1.0.4 (polinux/stress) and vish/stress, a Go program of the same name.
import { parseGoDuration } from '../../lib/duration.js';
import { bytesOf } from '../../lib/quantity.js';
import type { Process } from '../process.js';
import type { Server } from '../server.js';
import { flags, type Parsed } from '../tools/arguments.js';
import { option } from './echo.js';

export const stress: Server = {
  name: 'stress',
  run: (p) => (p.machine.host.image.repository.endsWith('vish/stress') ? vish(p) : classic(p)),
};

const long: Readonly<Record<string, string>> = {
  cpu: 'c',
  io: 'i',
  vm: 'm',
  hdd: 'd',
  timeout: 't',
  verbose: 'v',
  quiet: 'q',
  'dry-run': 'n',
  'vm-bytes': 'B',
  'vm-stride': 'S',
  'vm-hang': 'H',
  'vm-keep': 'K',
  'hdd-bytes': 'D',
  backoff: 'b',
};

function classic(p: Process): number {
  const given = flags(p.argv, 'c:i:m:d:t:vqnB:S:H:KD:b:', long);
  const wrong = given.unknown ? `(244) unrecognized option: ${given.unknown}` : notANumber(given);
  if (wrong) {
    p.err(`stress: FAIL: [1] ${wrong}\n`);
    return 1;
  }
  const [cpu, io, vm, hdd] = ['c', 'i', 'm', 'd'].map((flag) => Number(given.value(flag) ?? 0)) as [number, number, number, number];
  const say = (text: string): void => {
    if (!given.has('q')) p.out(`stress: info: [1] ${text}\n`);
  };
  say(`dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd`);
  if (given.has('n')) return 0;
  p.machine.take(vm * suffixed(given.value('B') ?? '256M', sizes));
  const seconds = given.has('t') ? suffixed(given.value('t') ?? '', times) : Number.POSITIVE_INFINITY;
  p.machine.sleep(seconds * 1000);
  say(`successful run completed in ${seconds}s`);
  return 0;
}

function notANumber(given: Parsed): string | undefined {
  const texts = [...'cimdtBSHDb'].flatMap((flag) => given.value(flag) ?? []);
  const wrong = texts.find((text) => !/^\d+[smhdybkg]?$/i.test(text));
  return wrong === undefined ? undefined : `not a number: ${wrong}`;
}

const sizes: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
const times: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_556_925 };

function suffixed(text: string, units: Readonly<Record<string, number>>): number {
  const [, digits = '0', unit = ''] = /^(\d+)([a-z]?)$/i.exec(text) ?? [];
  return Number(digits) * (units[unit.toLowerCase()] ?? 1);
}

/** It takes its memory in pieces, with a pause after each. */
function vish(p: Process): number {
  const said = (name: string, unset: string): string => option(p.argv, name) ?? unset;
  let [total, piece, pause] = [0, 0, 0];
  try {
    [total, piece] = [bytesOf(said('mem-total', '0')), bytesOf(said('mem-alloc-size', '4Ki'))];
    pause = parseGoDuration(said('mem-alloc-sleep', '1ms'));
  } catch (e) {
    p.err(`${(e as Error).message}\n`);
    return 2;
  }
  const most = p.machine.host.memory ?? Number.POSITIVE_INFINITY;
  if (piece > 0) p.machine.sleep(Math.ceil(Math.min(total, most) / piece) * pause);
  p.machine.take(total);
  return p.machine.forever();
}
