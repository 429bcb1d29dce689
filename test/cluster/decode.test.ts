import { describe, expect, it } from 'vitest';
import { decode, emptyStatus } from '../../src/cluster/decode.js';
import type { Kind } from '../../src/model/kind.js';
import type { Json } from '../../src/model/object.js';

const kindOf = (apiVersion: string, kind: string): Kind => {
  const [group = '', version = apiVersion] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  const names = {
    group,
    version,
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
  };
  return { names, verbs: [], subresources: [], schema: kind, hasGeneration: true, columns: [] };
};
const deployment = kindOf('apps/v1', 'Deployment');
const service = kindOf('v1', 'Service');
const pod = kindOf('v1', 'Pod');

const refusal = (kind: Kind, body: object): string => {
  const { group, version } = kind.names;
  try {
    decode({ apiVersion: group ? `${group}/${version}` : version, kind: kind.names.kind, ...body } as Json, kind, 'Strict');
    return '';
  } catch (e) {
    return (e as Error).message;
  }
};
const withContainer = (fields: object): object => ({ spec: { containers: [{ name: 'c', ...fields }] } });

describe('strict decoding', () => {
  it('names every unknown field in the order of sorted JSON, with indices', () => {
    expect(refusal(deployment, { spec: { template: { spec: { containers: [{ name: 'a', bar: 1 }] } }, foo: 1 } })).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo", unknown field "spec.template.spec.containers[0].bar"',
    );
  });

  it('minds upper and lower case', () => {
    expect(refusal(service, { spec: { ports: [{ Protocol: 'TCP', port: 1 }] } })).toBe(
      'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.ports[0].Protocol"',
    );
  });

  it('warns, or says nothing, and drops the field when asked to', () => {
    const body = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { foo: 1 } };
    expect(decode(body, service, 'Warn').warnings).toEqual(['unknown field "spec.foo"']);
    expect(decode(body, service, 'Ignore')).toEqual({
      object: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: {}, status: { loadBalancer: {} } },
      warnings: [],
      empties: new Set(),
    });
  });
});

describe('wrong types', () => {
  const says = 'Pod in version "v1" cannot be handled as a Pod: ';
  it.each([
    [{ image: 1 }, 'json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string'],
    [{ ports: {} }, 'json: cannot unmarshal object into Go struct field Container.spec.containers.ports of type []v1.ContainerPort'],
    [{ ports: ['a'] }, 'json: cannot unmarshal string into Go struct field Container.spec.containers.ports of type v1.ContainerPort'],
    [
      { ports: [{ containerPort: 80.5 }] },
      'json: cannot unmarshal number 80.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      { imagePullPolicy: true },
      'json: cannot unmarshal bool into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy',
    ],
    [
      { livenessProbe: { httpGet: { port: 1, httpHeaders: [{ name: 'a', value: true }] } } },
      'json: cannot unmarshal bool into Go struct field HTTPHeader.spec.containers.livenessProbe.ProbeHandler.httpGet.httpHeaders.value of type string',
    ],
    [{ resources: { limits: { cpu: '1ki' } } }, "unable to parse quantity's suffix"],
    [
      { resources: { limits: { cpu: 'a' } } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])('%j', (fields, message) => expect(refusal(pod, withContainer(fields))).toBe(`${says}${message}`));

  it('reads times as Go does', () => {
    expect(refusal(pod, { metadata: { creationTimestamp: '2018-06-25 07:55:16+00:00' } })).toBe(
      `${says}parsing time "2018-06-25 07:55:16+00:00" as "2006-01-02T15:04:05Z07:00": cannot parse " 07:55:16+00:00" as "T"`,
    );
  });

  it('knows only its own kind', () => {
    expect(refusal(service, { kind: 'service' })).toBe(
      'service in version "v1" cannot be handled as a Service: no kind "service" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    );
  });
});

describe('normalisation', () => {
  it('drops what is empty, shows the zero values that Go shows, writes quantities canonically', () => {
    const body = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', labels: {}, creationTimestamp: null },
      spec: {
        replicas: 0,
        selector: null,
        template: { spec: { containers: [{ name: 'a', resources: { limits: { cpu: '1000m', memory: 0.5 } } }] } },
      },
    };
    expect(decode(body, deployment, 'Strict').object).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: {
        replicas: 0,
        selector: null,
        template: { metadata: {}, spec: { containers: [{ name: 'a', resources: { limits: { cpu: '1', memory: '500m' } } }] } },
        strategy: {},
      },
      status: {},
    });
  });

  it('knows empty statuses', () => {
    expect(emptyStatus(service)).toEqual({ loadBalancer: {} });
    expect(emptyStatus(kindOf('apps/v1', 'ReplicaSet'))).toEqual({ replicas: 0 });
  });
});
