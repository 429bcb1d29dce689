// What kubectl shows of a failure: the command, and what to see in its answer.
import type { Cause } from '../../model/packet.js';
import type { WhyResult } from '../../model/why.js';
import { named, type Scene } from './scene.js';

type See = NonNullable<WhyResult['see']>;

export function seeOf(scene: Scene): See | undefined {
  const { culprit, service, port } = scene;
  const told = named(culprit?.object);
  const flag = (namespace: string | undefined): string => (namespace && namespace !== scene.namespace ? ` -n ${namespace}` : '');
  const ofService = service ? ` ${service.metadata.name}${flag(service.metadata.namespace)}` : '';
  const slices = service
    ? `kubectl get endpointslices -l kubernetes.io/service-name=${service.metadata.name}${flag(service.metadata.namespace)}`
    : '';
  const get = told ? `kubectl get ${told.kind.toLowerCase()} ${told.name}${flag(told.namespace)}` : '';
  const describe = told ? `kubectl describe ${told.kind.toLowerCase()} ${told.name}${flag(told.namespace)}` : '';
  const sees: Partial<Record<Cause, See>> = {
    'no-selector': { command: `kubectl describe service${ofService}`, shows: 'Selector and Endpoints are <none>' },
    'selector-matches-nothing': { command: `kubectl describe service${ofService}`, shows: 'behind Endpoints: stands nothing' },
    'pods-not-ready': { command: describe, shows: 'Ready is False; the events at the end tell why' },
    'scaled-to-zero': { command: get, shows: 'READY is 0/0' },
    'named-port-missing': { command: slices, shows: `PORTS is <unset>: no container port is named "${port?.targetPort}"` },
    'port-not-declared': { command: `kubectl get service${ofService}`, shows: 'PORT(S) does not have this port' },
    'protocol-not-declared': { command: `kubectl get service${ofService}`, shows: 'PORT(S) has it with another protocol' },
    'nothing-listens': service
      ? { command: slices, shows: 'the endpoints are there; nobody listens on PORTS' }
      : { command: get, shows: 'all is well: it is the port that nobody listens on' },
    'listens-on-loopback': {
      command: `kubectl exec ${told?.name ?? 'POD'}${flag(told?.namespace)} -- ss -lnt`,
      shows: 'the local address is 127.0.0.1, not * or 0.0.0.0',
    },
    'no-local-endpoint': {
      command: `kubectl describe service${ofService}`,
      shows: `${culprit?.field === 'spec.internalTrafficPolicy' ? 'Internal' : 'External'} Traffic Policy is Local`,
    },
    'source-range': { command: `kubectl describe service${ofService}`, shows: 'LoadBalancer Source Ranges do not hold the sender' },
    'not-programmed': {
      command: 'kubectl get daemonset,pods -n kube-system -l k8s-app=kube-proxy',
      shows: 'READY is not what DESIRED is, or nothing is there',
    },
    'no-route': told
      ? { command: get, shows: "the address is nobody's" }
      : { command: 'kubectl get pods -A -o wide', shows: 'no Pod has this IP' },
    'cluster-ip-from-outside': {
      command: `kubectl get service${ofService}`,
      shows: 'TYPE and EXTERNAL-IP: what of it can be reached from outside',
    },
    'policy-ingress': { command: describe, shows: 'Allowing ingress traffic: this packet is not among it' },
    'policy-egress': { command: describe, shows: 'Allowing egress traffic: this packet is not among it' },
    'node-down': { command: get, shows: 'STATUS is NotReady after 40 seconds' },
    'ping-cluster-ip': { command: `kubectl get service${ofService}`, shows: 'PORT(S) are all that the address answers on' },
    'dns-name': { command: 'kubectl get services -A', shows: 'NAME and NAMESPACE: the names that there are' },
    'dns-server-failure': { command: 'kubectl logs -n kube-system -l k8s-app=kube-dns', shows: 'what CoreDNS says of its Corefile' },
    'dns-unreachable': { command: 'kubectl get service kube-dns -n kube-system', shows: 'CLUSTER-IP is the nameserver that there is' },
    family: culprit?.field?.startsWith('spec.containers')
      ? {
          command: `kubectl exec ${told?.name ?? 'POD'}${flag(told?.namespace)} -- ss -lnt`,
          shows: 'the local address is of the other family',
        }
      : service
        ? { command: `kubectl describe service${ofService}`, shows: 'IP Families are those it has addresses of' }
        : { command: "kubectl get nodes -o jsonpath='{.items[*].spec.podCIDRs}'", shows: 'the families that Pods have addresses of' },
  };
  if (culprit?.cause === 'not-programmed' && told?.kind === 'EndpointSlice')
    return {
      command: 'kubectl get pods -n kube-system -l component=kube-controller-manager',
      shows: 'the one who writes slices does not run',
    };
  if (culprit?.cause === 'pods-not-ready' && told?.kind === 'Pod' && /CrashLoopBackOff|has ended/.test(culprit.why))
    return { command: `kubectl logs ${told.name}${flag(told.namespace)}`, shows: 'what the process said before it ended' };
  return culprit?.cause && sees[culprit.cause];
}
