// Shell patterns: *, ?, [...] and backslash.

const special = /[.+^${}()|/\\]/;

export function globToRegExp(pattern: string): RegExp {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '\\') out += (pattern[++i] ?? '\\').replace(/[^\w\s]/, '\\$&');
    else if (c === '*') out += '[^]*';
    else if (c === '?') out += '[^]';
    else if (c === '[' && pattern.indexOf(']', i + 2) > 0) {
      const end = pattern.indexOf(']', i + 2);
      out += `[${pattern
        .slice(i + 1, end)
        .replace(/^!/, '^')
        .replaceAll('[:digit:]', '0-9')
        .replaceAll('[:alpha:]', 'A-Za-z')
        .replaceAll('\\', '\\\\')}]`;
      i = end;
    } else out += special.test(c) || c === '[' || c === ']' ? `\\${c}` : c;
  }
  return new RegExp(`^${out}$`);
}
