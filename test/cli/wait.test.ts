// What `wait --for` understands; the errors are those of kubectl 1.36.4.
import { expect, test } from 'vitest';
import { parseCondition } from '../../src/cli/verbs/wait/condition.js';
import type { KubeObject } from '../../src/model/object.js';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', generation: 2 } };
const met = (text: string, fields: object): boolean => {
  const condition = parseCondition(text);
  return condition.what === 'state' && condition.met({ ...pod, ...fields } as KubeObject);
};

test('conditions of the status', () => {
  const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  expect(met('condition=Ready', ready)).toBe(true);
  expect(met('condition=ready=TRUE', ready)).toBe(true);
  expect(met('condition=Ready=false', ready)).toBe(false);
  expect(met('condition=Ready', {})).toBe(false);
  // What was observed of an older spec does not count.
  expect(met('condition=Ready', { status: { ...ready.status, observedGeneration: 1 } })).toBe(false);
});

test('JSONPath', () => {
  const status = { phase: 'Running', containerStatuses: [{ name: 'a', ready: true }], podIPs: [1, 2] };
  expect(met('jsonpath={.status.phase}=Running', { status })).toBe(true);
  expect(met("jsonpath='{.status.phase}'=Running".replaceAll("'", ''), { status: {} })).toBe(false);
  expect(met('jsonpath=.status.phase', { status })).toBe(true);
  expect(met('jsonpath={.status.containerStatuses[?(@.name=="a")].ready}=true', { status })).toBe(true);
  expect(() => met('jsonpath={.status.podIPs[*]}=1', { status })).toThrow('given jsonpath expression matches more than one value');
  expect(() => met('jsonpath={.status}=1', { status })).toThrow('jsonpath leads to a nested object or list which is not supported');
});

test('what is no condition', () => {
  const error = (text: string): string => {
    try {
      parseCondition(text);
    } catch (e) {
      return (e as Error).message;
    }
    return '';
  };
  expect(error('')).toBe('unrecognized condition: ""');
  expect(error('condition')).toBe('unrecognized condition: "condition"');
  expect(error('jsonpath=')).toBe('jsonpath expression cannot be empty');
  expect(error('jsonpath={.a}=')).toBe(
    "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
  );
  expect(error('jsonpath={.a}=b=c')).toBe(
    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
  );
  expect(error('jsonpath={.a[')).toBe(
    "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
  );
  expect(error('jsonpath=.a..b[?')).toBe('unterminated array');
});
