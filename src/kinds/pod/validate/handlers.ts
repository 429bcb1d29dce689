// Probes and lifecycle hooks. Mirrors validateProbe, validateLifecycle and validateHandler of Kubernetes.
import { isHTTPHeaderName } from '../../../lib/names.js';
import { type FieldError, forbiddenField, invalidValue, required } from '../../../model/field-error.js';
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../../model/generated/api.js';
import { ifAnyOneOf, nonNegative, portNumberOrName, wrong } from '../../rules.js';

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** All probes and hooks of a container that may have them. `grace` is the Pod's termination grace period. */
export function validateHandlers(c: Container, path: string, grace: number | undefined): FieldError[] {
  return [
    ...(c.lifecycle ? validateLifecycle(c.lifecycle, `${path}.lifecycle`, grace) : []),
    ...validateProbe(c.livenessProbe, `${path}.livenessProbe`, grace, onlyOnce),
    ...validateProbe(c.readinessProbe, `${path}.readinessProbe`, grace, noGrace),
    ...validateProbe(c.startupProbe, `${path}.startupProbe`, grace, onlyOnce),
  ];
}

function validateLifecycle({ postStart, preStop }: Lifecycle, path: string, grace: number | undefined): FieldError[] {
  return [
    ...(postStart ? validateHandler(postStart, `${path}.postStart`, grace) : []),
    ...(preStop ? validateHandler(preStop, `${path}.preStop`, grace) : []),
  ];
}

const onlyOnce = (probe: Probe, path: string): FieldError[] =>
  probe.successThreshold === 1 ? [] : [invalidValue(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')];

const noGrace = (probe: Probe, path: string): FieldError[] =>
  probe.terminationGracePeriodSeconds === undefined
    ? []
    : [invalidValue(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes')];

function validateProbe(
  probe: Probe | undefined,
  path: string,
  grace: number | undefined,
  further: (probe: Probe, path: string) => FieldError[],
): FieldError[] {
  if (!probe) return [];
  const own = probe.terminationGracePeriodSeconds;
  return [
    ...validateHandler(probe, path, grace),
    ...nonNegative(`${path}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...nonNegative(`${path}.timeoutSeconds`, probe.timeoutSeconds),
    ...nonNegative(`${path}.periodSeconds`, probe.periodSeconds),
    ...nonNegative(`${path}.successThreshold`, probe.successThreshold),
    ...nonNegative(`${path}.failureThreshold`, probe.failureThreshold),
    ...(own !== undefined && own <= 0 ? [invalidValue(`${path}.terminationGracePeriodSeconds`, own, 'must be greater than 0')] : []),
    ...further(probe, path),
  ];
}

function validateHandler(handler: Handler, path: string, grace: number | undefined): FieldError[] {
  const found = (['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const).filter((type) => handler[type] !== undefined);
  const [first, ...others] = found;
  if (first === undefined) return [required(path, 'must specify a handler type')];
  return [
    ...validateAction(handler, first, `${path}.${first}`, grace),
    ...others.map((type) => forbiddenField(`${path}.${type}`, 'may not specify more than 1 handler type')),
  ];
}

function validateAction(handler: Handler, type: keyof Handler, path: string, grace: number | undefined): FieldError[] {
  switch (type) {
    case 'exec':
      return handler.exec?.command?.length ? [] : [required(`${path}.command`)];
    case 'httpGet':
      return handler.httpGet ? validateHTTPGet(handler.httpGet, path) : [];
    case 'tcpSocket':
      return portNumberOrName(`${path}.port`, handler.tcpSocket?.port);
    case 'grpc':
      return portNumberOrName(`${path}.port`, handler.grpc?.port);
    case 'sleep': {
      const seconds = handler.sleep?.seconds ?? 0;
      if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
      return [invalidValue(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)];
    }
  }
}

const validateHTTPGet = (get: HTTPGetAction, path: string): FieldError[] => [
  ...(get.path ? [] : [required(`${path}.path`)]),
  ...portNumberOrName(`${path}.port`, get.port),
  ...ifAnyOneOf(`${path}.scheme`, get.scheme ?? '', ['HTTP', 'HTTPS']),
  ...(get.httpHeaders ?? []).flatMap((h) => wrong(`${path}.httpHeaders`, h.name, isHTTPHeaderName(h.name))),
];
