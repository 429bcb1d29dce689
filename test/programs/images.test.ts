// Which images there are, and how the runtime names them.
import { expect, test } from 'vitest';
import { findImage, listedName } from '../../src/programs/images.js';
import { fullName } from '../../src/programs/image-name.js';

const outcome = (text: string): string => {
  const found = findImage(text);
  if (!found) return 'no reference';
  return 'failure' in found
    ? found.failure.split(': ').at(-1)!
    : `${fullName(found.name)} ${found.image.flavour}${found.image.unknown ? ' unknown' : ''}`;
};

test.each([
  ['nginx', 'docker.io/library/nginx:latest debian'],
  ['nginx:1.27-alpine', 'docker.io/library/nginx:1.27-alpine alpine'],
  ['nginx:1.999', 'not found'],
  ['nginx:nosuchtag', 'not found'],
  ['busybox:1.28', 'docker.io/library/busybox:1.28 busybox'],
  ['busybox:9', 'not found'],
  ['nosuchimage', 'authorization failed'],
  ['registry.k8s.io/e2e-test-images/agnhost:2.53', 'registry.k8s.io/e2e-test-images/agnhost:2.53 alpine'],
  ['registry.example.com:5000/team/app:v3', 'registry.example.com:5000/team/app:v3 debian unknown'],
  ['Bad_Name', 'no reference'],
  ['nginx:', 'no reference'],
])('%s', (text, expected) => {
  expect(outcome(text)).toBe(expected);
});

test('every tag of a preloaded image is the same image, listed under its first name', () => {
  const names = ['nginx', 'nginx:alpine', 'nginx:1.25'].map((t) => listedName(findImage(t)!.name));
  expect(names).toEqual(Array(3).fill('docker.io/library/nginx:1.14.2'));
});
