// kube-proxy as a program: it reads its configuration, says what is wrong with it, and answers health checks. The rules it writes are
// network/proxy's. Mirrors cmd/kube-proxy/app/server.go.
import { ipvsDeprecation, ProxyConfigError, type ProxySettings, proxySettings } from '../../network/proxy/settings.js';
import { httpDate, reply, type Server, serve } from '../server.js';
import { question } from './control-plane.js';
import { option } from './echo.js';

/** What it runs with. Throws ProxyConfigError where it would stop at its start. */
export function settingsOf(argv: readonly string[], read: (path: string) => string | undefined): ProxySettings {
  const path = option(argv, 'config');
  const file = path === undefined ? undefined : read(path);
  if (path !== undefined && file === undefined) throw new ProxyConfigError(`failed complete: open ${path}: no such file or directory`);
  return proxySettings(file, argv);
}

/** klog's head of a line. */
const stamp = (level: string, now: number): string => {
  const d = new Date(now).toISOString();
  return `${level}${d.slice(5, 7)}${d.slice(8, 10)} ${d.slice(11, 23)}000       1`;
};

/** The lines of server_linux.go that say so. */
const startedAt = { iptables: 137, ipvs: 194, nftables: 254 } as const;

export const kubeProxy: Server = {
  name: 'kube-proxy',
  run: (p) => {
    const answered = question(p, 'kube-proxy', ['--cleanup']);
    if (answered !== undefined) return answered;
    const { now } = p.machine;
    let settings: ProxySettings;
    try {
      settings = settingsOf(p.argv, (path) => p.machine.files.read(path));
    } catch (e) {
      if (!(e instanceof ProxyConfigError)) throw e;
      if (e.late) p.err(`${stamp('E', now)} server.go:136] "Error running ProxyServer" err=${JSON.stringify(e.message)}\n`);
      p.err(`${stamp('E', now)} run.go:72] "command failed" err=${JSON.stringify(e.message)}\n`);
      return 1;
    }
    const { mode } = settings;
    p.err(`${stamp('I', now)} server_linux.go:${startedAt[mode]}] "Using ${mode} Proxier"\n`);
    if (mode === 'ipvs') p.err(`${stamp('E', now)} server_linux.go:196] ${JSON.stringify(ipvsDeprecation)}\n`);
    // The file may change while it runs: what it answers is the mode that it was started in.
    return serve({ ...p, argv: [...p.argv, `--proxy-mode=${mode}`] }, 'kube-proxy', [{ port: 10256 }, { port: 10249, loopback: true }]);
  },
  http: (request, at) => {
    const healthz = at.socket.port === 10256 && /^\/(healthz|livez)$/.test(request.path);
    const mode = at.socket.port === 10249 && request.path === '/proxyMode';
    const ok = healthz || mode;
    const body = mode
      ? (option(at.socket.argv, 'proxy-mode') ?? '')
      : healthz
        ? `{"lastUpdated": "${goTime(at.now)}","currentTime": "${goTime(at.now)}", "nodeEligible": true}`
        : '404 page not found\n';
    return reply(
      ok ? 200 : 404,
      ok ? 'OK' : 'Not Found',
      [
        ['Content-Type', healthz ? 'application/json' : 'text/plain; charset=utf-8'],
        ['X-Content-Type-Options', 'nosniff'],
        ['Date', httpDate(at.now)],
        ['Content-Length', String(body.length)],
      ],
      body,
    );
  },
};

/** As Go prints a time. */
const goTime = (now: number): string => `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
