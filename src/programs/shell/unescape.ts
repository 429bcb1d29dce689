// Backslashes as echo -e, printf and $'...' read them.

export const unescape = (text: string): string =>
  text.replace(/\\(n|t|r|a|b|f|v|\\|e|0[0-7]{0,3}|x[0-9a-fA-F]{1,2})/g, (_, c: string) => {
    const simple: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', e: '\x1b' };
    if (c in simple) return simple[c] as string;
    return String.fromCharCode(c.startsWith('x') ? Number.parseInt(c.slice(1), 16) : Number.parseInt(c.slice(1) || '0', 8));
  });
