// chaos: which software this is and who wrote it, asked in class CH. Mirrors coredns/plugin/chaos.
import { message, type Record } from '../message.js';
import { type Asking, type Outcome, type Plugin, written } from '../plugin.js';

const maintainers =
  `Tantalor93 bradbeam chrisohaver darshanime dilyevsky ekleiner greenpau houyuwushang ihac inigohu isolus jameshartig johnbelamaric miekg mqasimsarfraz
  nchrisdk nitisht pmoroney rajansandeep rdrozhdzh rtreffer snebel29 stp-ip superq thevilledev varyoo ykhr53 yongtang zouyee`.split(/\s+/);

const longest = 255;

export const chaos: Plugin = {
  name: 'chaos',
  setup: ({ words }) => {
    words.next();
    const [version = 'CoreDNS-1.14.7', ...given] = words.args();
    const authors = given.length > 0 ? [...new Set(given)].sort() : maintainers;
    if (words.nextInBlock()) throw words.error(`unknown property '${words.word()}'`);
    const texts: { readonly [name: string]: (asking: Asking) => readonly string[] } = {
      'authors.bind.': () => authors,
      'version.bind.': () => [version],
      'version.server.': () => [version],
      'hostname.bind.': ({ self }) => [self.pod],
      'id.server.': ({ self }) => [self.pod],
    };
    return (question, asking, next): Outcome => {
      const { name, type } = question;
      const text = question.class === 'CH' && type === 'TXT' ? texts[name.toLowerCase()] : undefined;
      if (!text) return next(question, asking);
      const answer = text(asking).map((t): Record => ({ name, type, ttl: 0, class: 'CH', data: JSON.stringify(t.slice(0, longest)) }));
      return written(message('NOERROR', { answer }));
    };
  },
};
