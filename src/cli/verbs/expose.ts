// kubectl expose. Mirrors pkg/cmd/expose/expose.go and pkg/polymorphichelpers (canbeexposed.go, mapbasedselectorforobject.go,
// portsforobject.go, multiprotocolsforobject.go).
import type { Container, LabelSelector, PodSpec, ServicePort } from '../../model/generated/api.js';
import { groupKindOf, type KubeObject } from '../../model/object.js';
import type { Flag, FlagValues, Invocation, Verb } from '../../model/verb.js';
import { filesFlags } from '../chosen.js';
import type { Client } from '../client.js';
import { severalErrors, UsageError } from '../errors.js';
import { withTypedConfiguration } from '../last-applied.js';
import { givesFiles } from '../filename-flags.js';
import { manifestsOf } from '../manifest/index.js';
import { overridden, overrideFlags } from '../overrides.js';
import { objectPrinter, printFlags } from '../print/printer.js';
import { type DryRun, dryRunFlag, dryRunOf, fieldManagerFlag, recordFlag, saveConfigFlag, withCause, withDryRun } from '../write-flags.js';
import { findTargets, type Question } from '../resources.js';
import { generateService } from '../service-generator.js';

const text = (name: string, usage: string, short?: string): Flag => ({ name, type: 'string', default: '', usage, ...(short && { short }) });

export const expose: Verb<Client> = {
  id: 'expose',
  use: 'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  short: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  example: `
    # A service for the pods of a deployment
    kubectl expose deployment web --port=80 --target-port=8000

    # A service for one pod
    kubectl expose pod web --port=80 --name=front`,
  flags: [
    ...filesFlags('expose a service'),
    ...printFlags,
    dryRunFlag,
    fieldManagerFlag('kubectl-expose'),
    saveConfigFlag,
    ...overrideFlags,
    recordFlag,
    text('cluster-ip', "Address of the service; 'None' makes it headless."),
    text('external-ip', 'A further address the nodes accept for the service.'),
    text('labels', 'Labels of the service.', 'l'),
    text('load-balancer-ip', 'Address the load balancer should get.'),
    text('name', 'Name of the service; default: that of the object.'),
    text('port', 'Port of the service; default: those of the object.'),
    text('protocol', 'Protocol of the port; default: that of the object.'),
    text('selector', "Selector of the service; default: the object's."),
    text('session-affinity', "'None' or 'ClientIP'."),
    text('target-port', 'Name or number of the port of the pods.'),
    text('type', 'ClusterIP, NodePort, LoadBalancer, or ExternalName.'),
  ],
  run(invocation) {
    const dryRun = dryRunOf(invocation.flags, invocation.io);
    const print = objectPrinter(invocation, { operation: withDryRun('exposed', dryRun), typed: true });
    const { objects, errors } = exposedObjects(invocation);
    for (const object of objects) {
      try {
        invocation.io.out(print(exposeOne(object, dryRun, invocation)));
      } catch (e) {
        errors.push(e as Error);
      }
    }
    if (errors.length > 0) throw severalErrors(errors);
  },
};

/** Files are taken as they are: expose does not look whether the cluster has the objects. */
function exposedObjects(invocation: Invocation<Client>): { objects: KubeObject[]; errors: Error[] } {
  const { args, flags, io, client, namespace, namespaceGiven, program } = invocation;
  if (givesFiles(flags) && args.length === 0) {
    const { objects, errors } = manifestsOf(flags, io);
    return { objects: objects.map((m) => m.object), errors: [...errors] };
  }
  const question: Question = { args, program, namespace, namespaceGiven };
  const { targets, errors } = findTargets(question, client);
  return { objects: targets.map((t) => t.object), errors: [...errors] };
}

function exposeOne(object: KubeObject, dryRun: DryRun, invocation: Invocation<Client>): KubeObject {
  const { flags, client, namespace, namespaceGiven } = invocation;
  const service = withCause(overridden(serviceFor(object, flags), flags), invocation);
  if (dryRun === 'client') return namespaceGiven ? { ...service, metadata: { ...orderedMetadata(service, namespace) } } : service;
  return client.call<KubeObject>({
    verb: 'create',
    group: '',
    version: 'v1',
    resource: 'services',
    namespace,
    body: flags.bool('save-config') ? withTypedConfiguration(service) : service,
    // kubectl reads --overrides into its own type, which has no place for what is unknown.
    options: { fieldManager: flags.string('field-manager'), fieldValidation: 'Ignore', ...(dryRun === 'server' && { dryRun: true }) },
  });
}

const orderedMetadata = ({ metadata: { name, ...more } }: KubeObject, namespace: string): KubeObject['metadata'] => ({
  name,
  namespace,
  ...more,
});

function serviceFor(object: KubeObject, flags: FlagValues): KubeObject {
  const exposable = exposables[groupKindOf(object)];
  if (!exposable) throw new UsageError(`cannot expose a ${groupKindOf(object)}`);
  const selector = flags.string('selector') || listOf(introspect('retrieve selectors', 'selector', () => exposable.selector(object)));
  const ports = exposable.ports(object);
  let port = flags.string('port');
  if (port === '') {
    port = ports.map((p) => p.port).join(',');
    if (port === '' && flags.string('cluster-ip') !== 'None') throw new UsageError("couldn't find port via --port flag or introspection");
  }
  const protocols = new Map<string, string[]>();
  for (const p of ports) protocols.set(p.port, [...(protocols.get(p.port) ?? []), p.protocol]);
  return generateService({
    name: flags.string('name') || object.metadata.name.slice(0, 63),
    labels: flags.string('labels') || listOf(object.metadata.labels ?? {}),
    selector,
    ports: port,
    protocol: flags.string('protocol'),
    protocols,
    targetPort: flags.string('target-port'),
    type: flags.string('type'),
    clusterIP: flags.string('cluster-ip'),
    externalIP: flags.string('external-ip'),
    loadBalancerIP: flags.string('load-balancer-ip'),
    sessionAffinity: flags.string('session-affinity'),
  });
}

function introspect<T>(what: string, flag: string, look: () => T): T {
  try {
    return look();
  } catch (e) {
    throw new UsageError(`couldn't ${what} via --${flag} flag or introspection: ${(e as Error).message}`);
  }
}

type Labels = Readonly<Record<string, string>>;

const listOf = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',');

interface Exposable {
  selector(object: KubeObject): Labels;
  ports(object: KubeObject): { port: string; protocol: string }[];
}

const containerPorts = (spec: PodSpec | undefined): { port: string; protocol: string }[] =>
  (spec?.containers ?? []).flatMap((c: Container) =>
    (c.ports ?? []).map((p) => ({ port: String(p.containerPort), protocol: p.protocol ?? 'TCP' })),
  );

/** Deployments and ReplicaSets: only what a map can say. */
function mapSelector(kind: string, selector: LabelSelector | undefined): Labels {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0)
    throw new Error(`invalid ${kind}: no selectors, therefore cannot be exposed`);
  if (matchExpressions.length > 0) {
    const shown = matchExpressions.map((e) => `{Key:${e.key} Operator:${e.operator} Values:[${(e.values ?? []).join(' ')}]}`).join(' ');
    throw new Error(`couldn't convert expressions - "[${shown}]" to map-based selector format`);
  }
  return matchLabels;
}

const workload = (kind: string): Exposable => ({
  selector: (object) => mapSelector(kind, object.spec?.selector),
  ports: (object) => containerPorts(object.spec?.template?.spec),
});

const exposables: Readonly<Record<string, Exposable>> = {
  Pod: {
    selector({ metadata }) {
      if (Object.keys(metadata.labels ?? {}).length === 0) throw new Error('the pod has no labels and cannot be exposed');
      return metadata.labels ?? {};
    },
    ports: (object) => containerPorts(object.spec),
  },
  Service: {
    selector({ spec }) {
      if (!spec?.selector) throw new Error('the service has no pod selector set');
      return spec.selector;
    },
    ports: ({ spec }) => (spec?.ports ?? []).map((p: ServicePort) => ({ port: String(p.port), protocol: p.protocol ?? 'TCP' })),
  },
  ReplicationController: { selector: ({ spec }) => spec?.selector ?? {}, ports: ({ spec }) => containerPorts(spec?.template?.spec) },
  'Deployment.apps': workload('deployment'),
  'ReplicaSet.apps': workload('replicaset'),
};
