// The World of one cluster file: its clock and its chance, kept in the file so that the same commands give the same cluster.
// The only place in the server half that reads the machine's clock.
import type { ClusterConfig } from '../model/config.js';
import type { World } from '../model/world.js';
import type { Facts } from '../store/facts.js';

/** Where every virtual clock starts. */
const epoch = Date.UTC(2026, 0, 1);

export class ClusterWorld implements World {
  #now = 0;
  #chance: [number, number, number, number] = [0, 0, 0, 0];
  #moved = false;

  constructor(
    private readonly meta: Facts,
    private readonly config: ClusterConfig,
  ) {}

  /** Reads clock and chance; time stands still until the next begin(). */
  begin(): void {
    const kept = this.meta.get('chance');
    // A copy: what the store hands out is not to be written into.
    this.#chance = Array.isArray(kept) ? ([...kept] as [number, number, number, number]) : seeded(this.config.seed);
    this.#now = this.config.clock === 'real' ? Date.now() : this.#virtualNow();
    this.#moved = false;
  }

  #virtualNow(): number {
    const kept = this.meta.get('clock');
    return typeof kept === 'number' ? kept : epoch;
  }

  /** Keeps what moved. */
  save(): void {
    if (this.#moved) this.meta.set('chance', this.#chance);
    if (this.config.clock === 'virtual' && this.#now !== this.#virtualNow()) this.meta.set('clock', this.#now);
  }

  now(): number {
    return this.#now;
  }

  /** Moves this transaction's time, to a due timer or by `kubelab clock`. */
  setNow(ms: number): void {
    this.#now = ms;
  }

  uid(): string {
    const hex = this.#hex() + this.#hex() + this.#hex() + this.#hex();
    const variant = '89ab'[Number.parseInt(hex[16] as string, 16) & 3];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  #hex(): string {
    const n = this.#draw();
    return (hexByte[n >>> 24] as string) + hexByte[(n >>> 16) & 255] + hexByte[(n >>> 8) & 255] + hexByte[n & 255];
  }

  pick(n: number): number {
    return Math.floor((this.#draw() / 2 ** 32) * n);
  }

  /** 32 random bits by sfc32. */
  #draw(): number {
    const s = this.#chance;
    const t = (s[0] + s[1] + s[3]) >>> 0;
    s[3] = (s[3] + 1) >>> 0;
    s[0] = (s[1] ^ (s[1] >>> 9)) >>> 0;
    s[1] = (s[2] + (s[2] << 3)) >>> 0;
    s[2] = (((s[2] << 21) | (s[2] >>> 11)) + t) >>> 0;
    this.#moved = true;
    return t;
  }
}

const hexByte = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

/** A state for sfc32 from a seed, spread by splitmix32. */
function seeded(seed: number): [number, number, number, number] {
  let x = seed >>> 0;
  const next = (): number => {
    x = (x + 0x9e3779b9) >>> 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return [next(), next(), next(), next()];
}

/** Really sleeps, without a thread or a promise. */
export const sleep = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
