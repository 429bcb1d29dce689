// `kubectl describe endpointslice`. Mirrors describeEndpointSliceV1 of k8s.io/kubectl/pkg/describe/describe.go.
import { PrefixWriter } from '../../lib/prefix-writer.js';
import type { Endpoint, EndpointSlice } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { writeAnnotations, writeLabels } from '../describe/lines.js';

export function describe(slice: EndpointSlice, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  w.line(0, 'Name:', slice.metadata.name);
  w.line(0, 'Namespace:', slice.metadata.namespace ?? '');
  writeLabels(w, 'Labels', slice.metadata.labels);
  writeAnnotations(w, 'Annotations', slice.metadata.annotations);
  w.line(0, 'AddressType:', slice.addressType);
  writePorts(w, slice);
  const endpoints = slice.endpoints ?? [];
  w.write(0, endpoints.length === 0 ? 'Endpoints: <none>\n' : 'Endpoints:\n');
  for (const endpoint of endpoints) writeEndpoint(w, endpoint);
  writeEvents(w, eventsOf(slice, ctx), ctx.now);
  return w.toString();
}

function writePorts(w: PrefixWriter, { ports }: EndpointSlice): void {
  if (!ports?.length) {
    w.write(0, 'Ports: <unset>\n');
    return;
  }
  w.write(0, 'Ports:\n');
  w.line(1, 'Name', 'Port', 'Protocol');
  w.line(1, '----', '----', '--------');
  for (const p of ports) w.line(1, p.name || '<unset>', p.port ?? '<unset>', p.protocol ?? '');
}

function writeEndpoint(w: PrefixWriter, e: Endpoint): void {
  w.line(1, '- Addresses:', e.addresses.join(', ') || '<none>');
  w.write(2, 'Conditions:\n');
  w.line(3, 'Ready:', String(e.conditions?.ready ?? '<unset>'));
  w.line(2, 'Hostname:', e.hostname ?? '<unset>');
  if (e.targetRef) w.line(2, 'TargetRef:', `${e.targetRef.kind ?? ''}/${e.targetRef.name ?? ''}`);
  w.line(2, 'NodeName:', e.nodeName ?? '<unset>');
  w.line(2, 'Zone:', e.zone ?? '<unset>');
  const topology = Object.entries(e.deprecatedTopology ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (topology.length > 0) w.write(2, 'Topology:\n');
  for (const [key, value] of topology) w.write(3, `${key}=${value}\n`);
}
