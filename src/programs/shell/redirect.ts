// Redirections: where a command's input comes from and its output goes.
import { FileError, normalPath } from '../files.js';
import { expandOne } from './expand.js';
import type { Io, Shell } from './io.js';
import { openSocket, socketOf } from './sockets.js';
import type { Redirect } from './syntax.js';

/** Undefined when a file cannot be opened (and that was said). */
export function openRedirects(shell: Shell, redirects: readonly Redirect[]): Io | undefined {
  const { machine } = shell;
  let { input, out, err } = shell.io;
  const console = shell.io;
  const more = new Map(shell.io.more);
  for (const r of redirects) {
    if (r.op === '<<') {
      input = { rest: expandOne(shell, r.target) };
      continue;
    }
    const target = expandOne(shell, r.target);
    if (r.op === '<<<') {
      input = { rest: `${target}\n` };
      continue;
    }
    if (r.op === '>&' || r.op === '<&') {
      if (target === '-') {
        more.delete(r.fd);
        continue;
      }
      const to = target === '1' ? out : target === '2' ? err : target === '0' ? () => undefined : more.get(Number(target));
      if (!to) {
        shell.io.err(
          shell.dialect === 'bash'
            ? `${shell.prefix()}${target}: Bad file descriptor\n`
            : `${shell.prefix()}${target}: ${shell.dialect === 'dash' ? 'Bad' : 'bad'} file descriptor\n`,
        );
        return undefined;
      }
      if (r.fd === 2) err = to;
      else if (r.fd === 1) out = to;
      else if (r.fd > 2) more.set(r.fd, to);
      continue;
    }
    const path = normalPath(target, shell.cwd);
    const socket = socketOf(shell, path);
    if (socket) {
      if (r.fd > 2) {
        shell.io.err(`kubelab: ${path} as file descriptor ${r.fd} is not simulated\n`);
        return undefined;
      }
      const opened = openSocket(shell, socket);
      if (!opened) return undefined;
      if (r.op === '<') input = { rest: opened.raw ?? '' };
      else if (r.fd === 2) err = () => undefined;
      else out = () => undefined;
      continue;
    }
    if (r.op === '<') {
      machine.present();
      const text = machine.files.read(path);
      if (text === undefined) return cannotOpen(shell, target, machine.files.isDirectory(path) ? 'Is a directory' : 'No such file', false);
      input = { rest: text };
      continue;
    }
    const to = sink(shell, r, path, target, console);
    if (!to) return undefined;
    if (r.op === '&>' || r.op === '&>>') [out, err] = [to, to];
    else if (r.fd === 2) err = to;
    else if (r.fd > 2) more.set(r.fd, to);
    else out = to;
  }
  return { ...shell.io, input, out, err, ...(more.size > 0 && { more }) };
}

function sink(shell: Shell, r: Redirect, path: string, target: string, console: Io): ((text: string) => void) | undefined {
  const { machine } = shell;
  if (path === '/dev/null') return () => undefined;
  if (path === '/dev/stdout' || path === '/dev/fd/1' || path === '/proc/1/fd/1' || path === '/proc/self/fd/1') return console.out;
  if (path === '/dev/stderr' || path === '/proc/1/fd/2' || path === '/dev/fd/2') return console.err;
  try {
    if (r.op !== '>>' && r.op !== '&>>') machine.files.write(path, '', false, machine.now);
    else if (machine.files.read(path) === undefined) machine.files.write(path, '', true, machine.now);
  } catch (e) {
    if (e instanceof FileError)
      return cannotOpen(shell, target, e.message === 'No such file or directory' ? 'nonexistent directory' : e.message, true);
    throw e;
  }
  return (text) => machine.files.write(path, text, true, machine.now);
}

function cannotOpen(shell: Shell, target: string, why: string, creating: boolean): undefined {
  const { flavour } = shell.machine.host.image;
  const plain = why === 'No such file' || why === 'nonexistent directory' ? 'No such file or directory' : why;
  if (shell.name === 'bash') shell.io.err(`${shell.prefix()}${target}: ${plain}\n`);
  else if (flavour === 'debian')
    shell.io.err(
      `${shell.prefix()}cannot ${creating ? 'create' : 'open'} ${target}: ${creating && why === 'nonexistent directory' ? 'Directory nonexistent' : why}\n`,
    );
  else
    shell.io.err(
      `${shell.prefix()}can't ${creating ? 'create' : 'open'} ${target}: ${creating ? why : why === 'No such file' ? 'no such file' : why}\n`,
    );
  return undefined;
}
