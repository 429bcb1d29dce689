// The control plane's own programs: they start with flags that they know and files that are there, and serve; what they do is controllers/.
import type { Process } from '../process.js';
import { type Server, serve } from '../server.js';
import { apiServerAnswer, apiServerCertificate } from './api-server.js';
import { knownFlags } from './control-plane-flags.js';

const server = (name: string): Server => ({
  name,
  run: (p) =>
    question(p, name) ??
    problem(p, name) ??
    (name === 'kube-apiserver'
      ? serve(
          p,
          name,
          p.machine.host.declaredPorts.map((d) => ({ ...d, tls: true })),
        )
      : serve(p, '', p.machine.host.declaredPorts)),
  ...(name === 'kube-apiserver' && { http: apiServerAnswer, certificate: apiServerCertificate }),
});

export const controlPlane: readonly Server[] = Object.keys(knownFlags).map(server);

/** Asked for its version, it tells that and ends. */
export function question(p: Process, name: string, others: readonly string[] = []): number | undefined {
  const asked = p.argv.slice(1).find((a) => ['--version', '-h', '--help', ...others].includes(a));
  if (asked === undefined) return undefined;
  if (asked !== '--version' || name === 'etcd') {
    p.err(`kubelab: ${name} ${asked} is not simulated\n`);
    return 126;
  }
  p.out(`Kubernetes v${p.machine.host.image.version || '1.36.3'}\n`);
  return 0;
}

/** The exit code when it does not start; it has said why. */
function problem(p: Process, name: string): number | undefined {
  const flags = p.argv.slice(1).map((a) => /^(--?)([^=]*)(?:=([^]*))?$/.exec(a));
  const stray = p.argv.slice(1).find((_, i) => !flags[i]);
  const unknown = flags.find((f) => f && !knownFlags[name]?.has(f[2] as string));
  if (unknown) {
    const [, dashes = '', flag = ''] = unknown;
    if (name === 'etcd') {
      p.err(`flag provided but not defined: -${flag}\n`);
      return 2;
    }
    p.err(dashes === '--' ? `Error: unknown flag: --${flag}\n` : `Error: unknown shorthand flag: '${flag[0]}' in -${flag}\n`);
    return 1;
  }
  if (stray !== undefined && name !== 'etcd') {
    p.err(`Error: unknown command "${stray}" for "${name}"\n`);
    return 1;
  }
  const missing = flags.find((f) => f?.[3]?.startsWith('/etc/kubernetes/') && p.machine.host.node?.hasFile(f[3]) === false);
  if (!missing) return undefined;
  const [, , flag, path] = missing;
  p.err(
    flag?.endsWith('kubeconfig')
      ? `E${stamp(p.machine.now)}       1 run.go:72] "command failed" err="stat ${path}: no such file or directory"\n`
      : `E${stamp(p.machine.now)}       1 run.go:72] "command failed" err="open ${path}: no such file or directory"\n`,
  );
  return 1;
}

/** "0102 15:04:05.000000": klog's time. */
const stamp = (ms: number): string => {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}000`;
};
