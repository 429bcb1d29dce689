// FNV-1a: a quick hash for names, not for secrets. Mirrors hash/fnv of Go (New32a) for seed-less calls on ASCII.

/** 32 bits, unsigned. `basis` other than the standard one gives an independent hash of the same text. */
export function fnv32a(text: string, basis = 0x811c9dc5): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return ofBytes(Buffer.from(text), basis);
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash >>> 0;
}

function ofBytes(bytes: Iterable<number>, basis: number): number {
  let hash = basis;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
