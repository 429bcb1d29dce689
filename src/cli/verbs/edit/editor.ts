// Opening a text in the user's editor. Mirrors k8s.io/kubectl/pkg/cmd/util/editor/editor.go.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Io } from '../../../model/io.js';
import { UsageError } from '../../errors.js';

export interface Edited {
  readonly text: string;
  readonly path: string;
}

/** Writes `text` to a new file NAME-edit-123.EXTENSION, runs the editor on it, and reads it back. */
export function editText(text: string, name: string, extension: string, io: Io): Edited {
  const path = newFile(`${name}-edit-`, extension, text);
  launch(path, io);
  return { text: readFileSync(path, 'utf8'), path };
}

/** A file of its own in the directory for temporary files; mkdtemp makes the unique part. */
function newFile(prefix: string, extension: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  rmSync(folder, { recursive: true });
  const path = join(tmpdir(), `${basename(folder)}${extension}`);
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}

function launch(path: string, io: Io): void {
  const editor = io.env.KUBE_EDITOR || io.env.EDITOR || 'vi';
  const needsShell = /["'\\]/.test(editor);
  const [program = 'vi', ...args] = needsShell
    ? [io.env.SHELL || '/bin/bash', '-c', `${editor} ${JSON.stringify(path)}`]
    : [...editor.split(' '), path];
  const done = spawnSync(program, args, { stdio: 'inherit' });
  if (done.error) throw new UsageError(`unable to launch the editor ${JSON.stringify(editor)}`);
  if (done.status !== 0) throw new UsageError(`there was a problem with the editor ${JSON.stringify(editor)}`);
}
