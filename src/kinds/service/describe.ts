// `kubectl describe service`. Mirrors describeService of k8s.io/kubectl/pkg/describe/describe.go.
import { joinHostPort } from '../../lib/ip.js';
import { PrefixWriter } from '../../lib/prefix-writer.js';
import type { EndpointSlice, LoadBalancerIngress, Service } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import { formatLabels } from '../../model/selector.js';
import { atMostThree } from '../columns.js';
import { serviceNameLabel } from './facts.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { writeHead } from '../describe/lines.js';

export function describe(service: Service, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  const { spec, status } = service;
  writeHead(w, service);
  w.line(0, 'Selector:', formatLabels(spec.selector));
  w.line(0, 'Type:', spec.type ?? '');
  if (spec.ipFamilyPolicy !== undefined) w.line(0, 'IP Family Policy:', spec.ipFamilyPolicy);
  w.line(0, 'IP Families:', spec.ipFamilies?.join(',') || '<none>');
  w.line(0, 'IP:', spec.clusterIP ?? '');
  w.line(0, 'IPs:', spec.clusterIPs?.join(',') || '<none>');
  if (spec.externalIPs?.length) w.line(0, 'External IPs:', spec.externalIPs.join(','));
  if (spec.loadBalancerIP) w.line(0, 'Desired LoadBalancer IP:', spec.loadBalancerIP);
  if (spec.externalName) w.line(0, 'External Name:', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) w.line(0, 'LoadBalancer Ingress:', ingress.map(ingressText).join(', '));
  writePorts(w, service, slicesOf(service, ctx));
  w.line(0, 'Session Affinity:', spec.sessionAffinity ?? '');
  if (spec.externalTrafficPolicy) w.line(0, 'External Traffic Policy:', spec.externalTrafficPolicy);
  if (spec.internalTrafficPolicy !== undefined) w.line(0, 'Internal Traffic Policy:', spec.internalTrafficPolicy);
  if (spec.healthCheckNodePort) w.line(0, 'HealthCheck NodePort:', spec.healthCheckNodePort);
  if (spec.loadBalancerSourceRanges?.length) w.line(0, 'LoadBalancer Source Ranges:', spec.loadBalancerSourceRanges.join(','));
  if (spec.trafficDistribution !== undefined) w.line(0, 'Traffic Distribution:', spec.trafficDistribution);
  writeEvents(w, eventsOf(service, ctx), ctx.now);
  return w.toString();
}

function slicesOf(service: Service, ctx: DescribeContext): EndpointSlice[] {
  const reply = ctx.api.call({
    verb: 'list',
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    namespace: service.metadata.namespace ?? '',
    options: { labelSelector: `${serviceNameLabel}=${service.metadata.name}` },
  });
  return reply.code >= 400 ? [] : ((reply.body as KubeObject).items as EndpointSlice[]);
}

function writePorts(w: PrefixWriter, { spec }: Service, slices: readonly EndpointSlice[]): void {
  for (const port of spec.ports ?? []) {
    const name = port.name || '<unset>';
    w.line(0, 'Port:', name, `${port.port}/${port.protocol ?? ''}`);
    w.line(0, 'TargetPort:', `${port.targetPort ?? 0}/${port.protocol ?? ''}`);
    if (port.appProtocol !== undefined) w.line(0, 'AppProtocol:', port.appProtocol);
    if (port.nodePort) w.line(0, 'NodePort:', name, `${port.nodePort}/${port.protocol ?? ''}`);
    w.line(0, 'Endpoints:', endpointsText(slices, port.name ?? ''));
  }
}

const ingressText = (i: LoadBalancerIngress): string => `${i.ip || i.hostname || ''}${i.ipMode ? ` (${i.ipMode})` : ''}`;

/** Blank when there are slices without endpoints, "<none>" when there is no slice. */
function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const found = slices.flatMap((slice) => {
    const ready = (slice.endpoints ?? []).filter((e) => e.conditions?.ready !== false).map((e) => e.addresses[0] ?? '');
    if (!slice.ports?.length) return ready;
    return slice.ports.filter((p) => (p.name ?? '') === portName).flatMap((p) => ready.map((ip) => joinHostPort(ip, p.port ?? 0)));
  });
  return atMostThree(found);
}
