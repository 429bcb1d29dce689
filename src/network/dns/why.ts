// Why a name has no address: the object and the field that would give it one, for the last hop of a question's trace.
import type { Pod } from '../../model/generated/api.js';
import type { Hop } from '../../model/packet.js';
import type { Net } from '../net.js';
import { isHeadless } from './kubernetes/find.js';
import { requestOf } from './kubernetes/request.js';
import type { Message } from './message.js';
import { isBelow, withoutDot } from './name.js';
import type { Question } from './plugin.js';

export type Failure = Pick<Hop, 'field' | 'cause'> & { readonly object?: string; readonly why?: string };

/** Empty: nothing failed. */
export function failureOf(net: Net, server: Pod, question: Question, answer: Message): Failure {
  if (answer.extendedError !== undefined) return byConfiguration(server, 'blocked');
  if (answer.rcode === 'NOERROR' && (answer.answer.length > 0 || question.type !== 'A')) return {};
  if (answer.rcode === 'SERVFAIL' || answer.rcode === 'REFUSED') return byConfiguration(server, answer.rcode);
  const zone = `${net.config.clusterDomain}.`;
  if (!isBelow(zone, question.name)) return { ...byName(server), cause: 'dns-name' };
  return { ...inCluster(net, question.name.toLowerCase(), zone), cause: 'dns-name' };
}

/** The ConfigMap that a CoreDNS Pod reads its Corefile from. */
function configMapOf(server: Pod): string {
  const name = server.spec.volumes?.find((v) => v.configMap)?.configMap?.name ?? 'coredns';
  return `ConfigMap ${server.metadata.namespace}/${name}`;
}

const faults = {
  REFUSED: 'no server block of the Corefile is for this zone',
  blocked: 'an `acl` of the Corefile keeps the answer back',
  SERVFAIL: 'the Corefile leads to no answer: no plugin takes the name, or the servers that it is forwarded to do not answer',
  silent: 'an `acl` of the Corefile drops the question, or its `kubernetes` is for no zone and has no names for addresses',
};

export const byConfiguration = (server: Pod, fault: keyof typeof faults): Required<Failure> => ({
  object: configMapOf(server),
  field: 'data.Corefile',
  cause: 'dns-server-failure',
  why: faults[fault],
});

const byName = (server: Pod): Failure => ({
  object: configMapOf(server),
  field: 'data.Corefile',
  why: 'the name is not in the cluster, and nobody outside knows it',
});

function inCluster(net: Net, name: string, zone: string): Failure {
  const request = requestOf(name, zone);
  if (!request?.kind) return { why: `names of the cluster are SERVICE.NAMESPACE.svc.${withoutDot(zone)}` };
  const { namespace, service: wanted, endpoint, port } = request;
  if (!net.reader.get('Namespace', '', namespace))
    return { object: `Namespace ${namespace}`, field: 'metadata.name', why: 'there is no such namespace' };
  if (request.kind === 'pod') return { why: 'no Pod has this address' };
  const object = `Service ${namespace}/${wanted}`;
  const service = net.reader.get('Service', namespace, wanted);
  if (!service) {
    const elsewhere = net.reader.list('Namespace').find((n) => net.reader.get('Service', n.metadata.name, wanted));
    const hint = elsewhere ? `: there is one in namespace ${elsewhere.metadata.name}` : '';
    return { object, field: 'metadata.name', why: `namespace ${namespace} has no Service of this name${hint}` };
  }
  if (service.spec.type === 'ExternalName')
    return { object, field: 'spec.externalName', why: `it stands for ${service.spec.externalName}, which has no address` };
  if (isHeadless(service) && endpoint === '' && port === '')
    return { object, field: 'spec.selector', why: 'a headless Service has the addresses of its ready Pods, and there is none' };
  if (endpoint !== '')
    return {
      object,
      field: 'spec.selector',
      why: `none of its ready endpoints is called "${endpoint}" (a Pod's hostname, with the Service's name as its subdomain)`,
    };
  if (port !== '') return { object, field: 'spec.ports', why: `it has no port of this name and protocol` };
  return { object, field: 'spec.ipFamilies', why: 'it has no address of this family' };
}
