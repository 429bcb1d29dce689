// Cures for a process that listens on 127.0.0.1 only: the word of its command, arguments or environment that says so.
import type { Container } from '../../../model/generated/api.js';
import { culpritPod } from '../scene.js';
import { jsonPatch, type Search } from './draft.js';
import { makerOf } from './workload.js';

export const openUp: Search = function* (scene) {
  const pod = culpritPod(scene);
  const maker = pod && makerOf(scene.net.reader, pod);
  if (!pod || !maker || maker.bare) return;
  for (const [i, c] of pod.spec.containers.entries())
    for (const [path, text] of words(c)) {
      const value = text.replace(/127\.0\.0\.1|localhost/, '0.0.0.0');
      if (value === text) continue;
      const what = `${JSON.stringify(text)} of container "${c.name}" becomes ${JSON.stringify(value)}`;
      yield jsonPatch(scene, maker.object, [{ op: 'replace', path: `${maker.at}/containers/${i}/${path}`, value }], what);
    }
};

const words = ({ command = [], args = [], env = [] }: Container): [string, string][] => [
  ...command.map((text, k): [string, string] => [`command/${k}`, text]),
  ...args.map((text, k): [string, string] => [`args/${k}`, text]),
  ...env.map((e, k): [string, string] => [`env/${k}/value`, e.value ?? '']),
];
