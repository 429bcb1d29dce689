// Image names and what they leave out.
import { expect, test } from 'vitest';
import { parseImageReference } from '../../src/lib/image-reference.js';

test('registry, repository and tag are filled in', () => {
  expect(parseImageReference('nginx')).toEqual({ registry: 'docker.io', repository: 'library/nginx', tag: 'latest' });
  expect(parseImageReference('team/app:1.2')).toEqual({ registry: 'docker.io', repository: 'team/app', tag: '1.2' });
  expect(parseImageReference('localhost:5000/app')).toEqual({ registry: 'localhost:5000', repository: 'app', tag: 'latest' });
});

test('a digest stands for a tag', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(parseImageReference(`r.io/a/b@${digest}`)).toEqual({ registry: 'r.io', repository: 'a/b', digest });
});

test('what is no name is undefined', () => {
  for (const image of ['', ' nginx', 'Nginx', 'a:b:c', 'nginx:', 'a//b']) expect(parseImageReference(image)).toBeUndefined();
});
