// What a container's user may write, and files of the kernel's.
import { expect, test } from 'vitest';
import { FileSystem, Tree } from '../../src/programs/files.js';

const own = (path: string): boolean => path.startsWith('/tmp/');
const files = (readOnly = false, may: typeof own | undefined = own): FileSystem => {
  const root = new Tree('', readOnly, { '/etc/passwd': 'root', '/tmp/x': '', '/sys/fs/cgroup/memory.max': 'max\n', '/proc/sys/a': '' });
  return new FileSystem(root, [{ path: '/data', tree: new Tree('data', false), sub: '', readOnly: false }], undefined, undefined, may);
};

const outcome = (act: () => unknown): string => {
  try {
    return String(act() ?? 'done');
  } catch (e) {
    return `${(e as Error).constructor.name}: ${(e as Error).message}`;
  }
};

test.each([
  ['/etc/new', false, 'FileError: Permission denied'],
  ['/tmp/new', false, 'done'],
  ['/data/new', false, 'done'],
  ['/tmp/new', true, 'FileError: Read-only file system'],
])('a user who is not root writes %s (read-only root: %s): %s', (path, readOnly, expected) => {
  expect(outcome(() => files(readOnly).write(path, 'a', false, 0))).toBe(expected);
  expect(outcome(() => files(readOnly).makeDirectory(path, 0))).toBe(expected);
  expect(outcome(() => files(readOnly).remove(path, 0))).toBe(expected);
});

test('root writes everywhere', () =>
  expect(outcome(() => new FileSystem(new Tree('', false, { '/etc/passwd': '' }), []).write('/etc/new', 'a', false, 0))).toBe('done'));

test.each([
  ['/sys/fs/cgroup/memory.max', 'max\n'],
  ['/proc/1/mounts', 'UnsimulatedFile: /proc/1/mounts'],
  ['/proc/sys', 'done'],
  ['/etc/none', 'done'],
])('%s reads as %j', (path, expected) => expect(outcome(() => files().read(path))).toBe(expected));
