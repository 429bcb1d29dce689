// What a shell writes when it waits for a command: each image's own, unless PS1 or PS2 says otherwise.
import type { RunningShell } from './run.js';

export function promptOf(shell: RunningShell, which: 'PS1' | 'PS2'): string {
  const given = shell.vars.get(which);
  if (given === undefined && which === 'PS2') return '> ';
  const { flavour } = shell.machine.host.image;
  const own = { ash: '\\w \\$ ', dash: '\\$ ', bash: flavour === 'debian' ? '\\u@\\h:\\w\\$ ' : '\\s-5.2\\$ ' };
  const text = given ?? own[shell.dialect];
  return given !== undefined && shell.dialect === 'dash'
    ? text
    : text.replace(/\\(.)/g, (whole, c: string) => letters[c]?.(shell) ?? whole);
}

const letters: Readonly<Record<string, (shell: RunningShell) => string>> = {
  $: ({ machine }) => (machine.host.uid === 0 ? '#' : '$'),
  '[': () => '',
  ']': () => '',
  h: ({ machine }) => machine.host.hostname.split('.')[0] as string,
  H: ({ machine }) => machine.host.hostname,
  n: () => '\n',
  s: ({ name }) => name,
  u: ({ machine }) => (machine.host.uid === 0 ? 'root' : 'I have no name!'),
  w: (shell) => folder(shell),
  W: (shell) => folder(shell).split('/').at(-1) || '/',
};

/** The shell's folder, from ~ on where it is in the home. */
function folder({ cwd, vars }: RunningShell): string {
  const home = vars.get('HOME') ?? '';
  if (home === '' || home === '/') return cwd;
  return cwd === home || cwd.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : cwd;
}
