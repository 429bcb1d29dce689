// kube-proxy takes its Services in no fixed order: in the chains that they share, and between the chains of nftables, order is chance.

const shared = /^-A (KUBE-SERVICES|KUBE-NODEPORTS|KUBE-EXTERNAL-SERVICES|KUBE-PROXY-FIREWALL) (?:.*(must be the last rule))?/;
const group = (line = ''): string | undefined => shared.exec(line)?.slice(1).join(' ');

/** The lines of iptables-save, those of shared chains sorted. */
export function inOrder(text: string): string[] {
  const lines = text
    .split('\n')
    .filter((l) => l && !l.startsWith('#'))
    .map((l) => l.replace(/\[\d+:\d+\]/, '[0:0]').trimEnd());
  for (let i = 0, j = 0; i < lines.length; i = Math.max(i + 1, j)) {
    const own = group(lines[i]);
    for (j = i; own && group(lines[j]) === own; ) j++;
    lines.splice(i, j - i, ...lines.slice(i, j).sort());
  }
  return lines;
}

/** The sets, maps and chains of nftables, sorted. */
export const blocks = (text: string): string[] =>
  text
    .split(/^(?=table |\t(?:set|map|chain) )/m)
    .map((b) => b.trim().replace(/\n\}$/, ''))
    .sort();
