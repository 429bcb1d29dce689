// Deep equality of JSON values; the order of object keys does not matter, an undefined field is an absent one.
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => same(x, b[i]));
  if (Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const k in left) if (!same(left[k], right[k])) return false;
  for (const k in right) if (right[k] !== undefined && left[k] === undefined) return false;
  return true;
}
