// Why the cluster's DNS has no address for a name: the hop that names the object to look at.
import type { Service } from '../model/generated/api.js';
import type { Hop } from '../model/packet.js';
import type { Net } from './net.js';
import { noEndpoints } from './no-endpoints.js';

/** Undefined for names that are none of a Service. */
export function noName({ reader, config }: Net, name: string): Hop | undefined {
  const zone = `.svc.${config.clusterDomain}`;
  if (!name.endsWith(zone)) return undefined;
  const labels = name.slice(0, -zone.length).split('.');
  if (labels.length < 2) return undefined;
  const [own = '', namespace = ''] = labels.slice(-2);
  const service = reader.get('Service', namespace, own);
  if (service) return ofService(service, labels, () => noEndpoints(reader, { service, port: service.spec.ports?.[0] ?? { port: 0 } }));
  if (!reader.get('Namespace', '', namespace))
    return { step: 'because', why: `there is no namespace ${JSON.stringify(namespace)}`, cause: 'dns-name' };
  const elsewhere = reader.list('Service').filter((s) => s.metadata.name === own);
  const others = elsewhere.map((s) => s.metadata.namespace).join(', ');
  return {
    step: 'because',
    object: `Namespace ${namespace}`,
    why: `it has no Service ${JSON.stringify(own)}${others ? `; namespace ${others} has one` : ''}`,
    cause: 'dns-name',
  };
}

function ofService({ metadata, spec }: Service, labels: readonly string[], why: () => Hop): Hop | undefined {
  const object = `Service ${metadata.namespace}/${metadata.name}`;
  if (spec.type === 'ExternalName')
    return {
      step: 'because',
      object,
      why: `spec.externalName is ${spec.externalName}, which no nameserver gives an address for`,
      field: 'spec.externalName',
      cause: 'dns-name',
    };
  if (spec.clusterIP !== 'None') return undefined;
  if (labels.length === 2) return why();
  return { step: 'because', object, why: `none of its ready Pods is called ${labels[0]}`, field: 'metadata.name', cause: 'dns-name' };
}
