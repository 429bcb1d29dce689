// A rule as kube-proxy asks for it ("-m tcp -p tcp -d 1.2.3.4 --dport 80") in the words in which iptables-save gives it back.

/** What each match and target says when it was asked for less. */
const complete: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [/^-m recent --name (\S+) --set$/, (_, name) => `-m recent --set --name ${name} --mask 255.255.255.255 --rsource`],
  [
    /^-m recent --name (\S+) --rcheck --seconds (\d+) --reap$/,
    (_, name, seconds) => `-m recent --rcheck --seconds ${seconds} --reap --name ${name} --mask 255.255.255.255 --rsource`,
  ],
  [/^-m nfacct --nfacct-name (\S+)$/, (_, name) => `-m nfacct --nfacct-name  ${name}`],
  [
    /^-m statistic --mode random --probability (\S+)$/,
    (_, p) => `-m statistic --mode random --probability ${(Math.round(Number(p) * 2 ** 31) / 2 ** 31).toFixed(11)}`,
  ],
  [/^-j MARK --or-mark 0x4000$/, () => '-j MARK --set-xmark 0x4000/0x4000'],
  [/^-j MARK --xor-mark 0x4000$/, () => '-j MARK --set-xmark 0x4000/0x0'],
  [/^-j REJECT$/, () => '-j REJECT --reject-with icmp-port-unreachable'],
];

export function asSaved(line: string): string {
  if (!line.startsWith('-A ')) return line;
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? (m[2] as string));
  const chain = words[1] as string;
  const groups: string[] = [];
  const first = { '-s': '', '-d': '', '-p': '' };
  let not = '';
  for (let i = 2; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '!') not = '! ';
    else if (word === '-s' || word === '-d' || word === '-p') {
      const value = words[++i] as string;
      first[word] = `${not}${word} ${word === '-p' || value.includes('/') ? value : `${value}/32`}`;
      not = '';
    } else if (word === '-m' || word === '-j') groups.push(`${word} ${words[++i]}`);
    else {
      const own = word === '--dport' ? groups.findIndex((g) => /^-m (tcp|udp|sctp)/.test(g)) : groups.length - 1;
      const text = word === '--comment' ? `${word} ${quoted(words[++i] as string)}` : word;
      groups[own] += ` ${not}${text}`;
      not = '';
    }
  }
  const full = groups.map((g) => complete.reduce((text, [form, to]) => text.replace(form, to), g));
  return ['-A', chain, first['-s'], first['-d'], first['-p'], ...full].filter(Boolean).join(' ');
}

const quoted = (text: string): string => (/^[-\w]+$/.test(text) ? text : `"${text}"`);
