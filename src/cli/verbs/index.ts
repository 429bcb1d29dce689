// Every verb of the command line. Adding one: a file that exports a Verb, a line here, a transcript.
// Each is loaded by its own import(), so that a command pays only for its own code.
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';

export interface VerbEntry {
  /** "get", "create deployment": also the verb's id. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly load: () => Promise<Verb<Client>>;
}

const entry = (id: string, load: VerbEntry['load'], ...aliases: string[]): VerbEntry => ({ id, load, aliases });

export const verbs: readonly VerbEntry[] = [
  entry('annotate', async () => (await import('./annotate.js')).annotate),
  entry('api-resources', async () => (await import('./api-resources.js')).apiResources),
  entry('api-versions', async () => (await import('./api-versions.js')).apiVersions),
  entry('apply', async () => (await import('./apply/index.js')).apply),
  entry('apply set-last-applied', async () => (await import('./apply/set-last-applied.js')).setLastApplied),
  entry('apply view-last-applied', async () => (await import('./apply/view-last-applied.js')).viewLastApplied),
  entry('attach', async () => (await import('./attach.js')).attach),
  entry('config current-context', async () => (await import('./config.js')).currentContext),
  entry('config get-clusters', async () => (await import('./config.js')).getClusters),
  entry('config get-contexts', async () => (await import('./config.js')).getContexts),
  entry('config get-users', async () => (await import('./config.js')).getUsers),
  entry('config set-context', async () => (await import('./config.js')).setContext),
  entry('config use-context', async () => (await import('./config.js')).useContext),
  entry('config view', async () => (await import('./config.js')).view),
  entry('cordon', async () => (await import('./drain/nodes.js')).cordon),
  entry('create', async () => (await import('./create/index.js')).create),
  entry('create configmap', async () => (await import('./create/config-map.js')).createConfigMap, 'cm'),
  entry('create deployment', async () => (await import('./create/deployment.js')).createDeployment, 'deploy'),
  entry('create namespace', async () => (await import('./create/namespace.js')).createNamespace, 'ns'),
  entry('create secret docker-registry', async () => (await import('./create/secret.js')).createSecretDockerRegistry),
  entry('create secret generic', async () => (await import('./create/secret.js')).createSecretGeneric),
  entry('create secret tls', async () => (await import('./create/secret.js')).createSecretTLS),
  entry('create service clusterip', async () => (await import('./create/service.js')).createServiceClusterIP),
  entry('create service externalname', async () => (await import('./create/service.js')).createServiceExternalName),
  entry('create service loadbalancer', async () => (await import('./create/service.js')).createServiceLoadBalancer),
  entry('create service nodeport', async () => (await import('./create/service.js')).createServiceNodePort),
  entry('create serviceaccount', async () => (await import('./create/service-account.js')).createServiceAccount, 'sa'),
  entry('curl', async () => (await import('./curl.js')).curl),
  entry('delete', async () => (await import('./delete.js')).deleteVerb),
  entry('describe', async () => (await import('./describe.js')).describe),
  entry('diff', async () => (await import('./diff.js')).diff),
  entry('drain', async () => (await import('./drain/index.js')).drain),
  entry('edit', async () => (await import('./edit/index.js')).edit),
  entry('exec', async () => (await import('./exec.js')).exec),
  entry('explain', async () => (await import('./explain/index.js')).explain),
  entry('expose', async () => (await import('./expose.js')).expose),
  entry('get', async () => (await import('./get/index.js')).get),
  entry('label', async () => (await import('./label.js')).label),
  entry('logs', async () => (await import('./logs.js')).logs),
  entry('options', async () => (await import('./options.js')).options),
  entry('patch', async () => (await import('./patch.js')).patch),
  entry('reach', async () => (await import('./reach.js')).reach),
  entry('replace', async () => (await import('./replace.js')).replace),
  entry('rollout history', async () => (await import('./rollout/history.js')).rolloutHistory),
  entry('rollout pause', async () => (await import('./rollout/pause.js')).rolloutPause),
  entry('rollout restart', async () => (await import('./rollout/restart.js')).rolloutRestart),
  entry('rollout resume', async () => (await import('./rollout/pause.js')).rolloutResume),
  entry('rollout status', async () => (await import('./rollout/status.js')).rolloutStatus),
  entry('rollout undo', async () => (await import('./rollout/undo.js')).rolloutUndo),
  entry('run', async () => (await import('./run.js')).run),
  entry('scale', async () => (await import('./scale.js')).scale),
  entry('set env', async () => (await import('./set/env.js')).setEnv),
  entry('set image', async () => (await import('./set/image.js')).setImage),
  entry('set resources', async () => (await import('./set/resources.js')).setResources),
  entry('set selector', async () => (await import('./set/selector.js')).setSelector),
  entry('set serviceaccount', async () => (await import('./set/service-account.js')).setServiceAccount, 'sa'),
  entry('ssh', async () => (await import('./ssh.js')).ssh),
  entry('taint', async () => (await import('./taint.js')).taint),
  entry('trace', async () => (await import('./trace.js')).trace),
  entry('uncordon', async () => (await import('./drain/nodes.js')).uncordon),
  entry('version', async () => (await import('./version.js')).version),
  entry('wait', async () => (await import('./wait/index.js')).wait),
  entry('why', async () => (await import('./why.js')).why),
];
