// How the top-level help groups the commands, in kubectl's order (pkg/cmd/cmd.go), with kubelab's own at the end.

export interface CommandGroup {
  readonly title: string;
  readonly verbs: readonly string[];
}

export const commandGroups: readonly CommandGroup[] = [
  { title: 'Basic Commands (Beginner):', verbs: ['create', 'expose', 'run', 'set'] },
  { title: 'Basic Commands (Intermediate):', verbs: ['explain', 'get', 'edit', 'delete'] },
  { title: 'Deploy Commands:', verbs: ['rollout', 'scale', 'autoscale'] },
  { title: 'Cluster Management Commands:', verbs: ['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint'] },
  {
    title: 'Troubleshooting and Debugging Commands:',
    verbs: ['describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events'],
  },
  { title: 'Advanced Commands:', verbs: ['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize'] },
  { title: 'Settings Commands:', verbs: ['label', 'annotate', 'completion'] },
  { title: 'Other Commands:', verbs: ['api-resources', 'api-versions', 'config', 'kuberc', 'options', 'plugin', 'version'] },
  {
    title: 'Simulator Commands:',
    verbs: ['addons', 'clock', 'cluster', 'curl', 'demo', 'node', 'nslookup', 'reach', 'ssh', 'trace', 'why'],
  },
];

/** One line for each word that only groups commands. */
export const groupShorts: Readonly<Record<string, string>> = {
  addons: 'Install parts that a fresh cluster does not have',
  clock: "Show and move the cluster's clock",
  cluster: 'Make, check and remove the cluster file',
  node: 'Stop, start, add and remove machines',
  config: 'Show and change the context commands work in',
  auth: 'Inspect authorization',
  'create secret': 'Create a secret using a specified subcommand',
  'create service': 'Create a service using a specified subcommand',
  rollout: 'Manage the rollout of a resource',
  set: 'Set specific features on objects',
  top: 'Display resource (CPU/memory) usage',
};

/** What the usage of a group asks for, where that is not SUBCOMMAND. */
export const groupUses: Readonly<Record<string, string>> = {
  auth: '[flags]',
  'create secret': '(docker-registry | generic | tls)',
  'create service': '[flags]',
  top: '[flags]',
};

/** Commands of kubectl that have no line in verbs/index.ts are refused by name instead of being unknown. */
export const notOffered: ReadonlySet<string> = new Set([
  ...commandGroups.filter((g) => !g.title.startsWith('Simulator')).flatMap((g) => g.verbs),
  'auth reconcile',
  'auth whoami',
  'alpha',
  'apply edit-last-applied',
  'apply set-last-applied',
  'apply view-last-applied',
  'cluster-info dump',
  ...[
    'clusterrole',
    'clusterrolebinding',
    'cronjob',
    'ingress',
    'job',
    'poddisruptionbudget',
    'priorityclass',
    'quota',
    'role',
    'rolebinding',
    'secret',
    'token',
  ].map((c) => `create ${c}`),
  ...['resources', 'serviceaccount', 'subject', 'env', 'image', 'selector'].map((c) => `set ${c}`),
  ...['history', 'pause', 'restart', 'resume', 'status', 'undo'].map((c) => `rollout ${c}`),
  ...['set-cluster', 'set-credentials'].map((c) => `config ${c}`),
]);

/** Words that stand for a group of verbs. */
export const groupAliases: Readonly<Record<string, readonly string[]>> = { 'create svc': ['create', 'service'] };
