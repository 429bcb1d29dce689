// Ports that Pods take on their node. Mirrors pkg/scheduler/framework/plugins/nodeports.
import type { Pod } from '../../model/generated/api.js';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const everywhere = '0.0.0.0';

export const hostPorts = ({ spec }: Pod): HostPort[] =>
  [...(spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'), ...spec.containers].flatMap((c) =>
    (c.ports ?? [])
      .filter((p) => (p.hostPort ?? 0) > 0)
      .map((p) => ({ ip: p.hostIP || everywhere, protocol: p.protocol || 'TCP', port: p.hostPort as number })),
  );

export const portsConflict = (wanted: readonly HostPort[], taken: readonly HostPort[]): boolean =>
  wanted.some((w) =>
    taken.some((t) => w.port === t.port && w.protocol === t.protocol && (w.ip === t.ip || w.ip === everywhere || t.ip === everywhere)),
  );
