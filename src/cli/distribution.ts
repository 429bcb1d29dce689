// Where a number of requests ended: each endpoint with its share, and what became of the others.
import { tableLayout, alignTabs } from '../lib/tabwriter.js';
import type { Trace } from '../model/packet.js';

/** "10.244.1.3:80" and its Pod, or the failure. */
interface Place {
  readonly end: string;
  readonly pod: string;
  readonly reached: boolean;
}

const failures: Readonly<Record<Trace['outcome'], string>> = {
  ok: '',
  refused: 'refused',
  timeout: 'timed out',
  unreachable: 'unreachable',
  nxdomain: 'not resolved',
  servfail: 'not resolved',
  reset: 'reset',
};

/** The last packet of a request tells; questions to DNS count only when nothing was sent after them. */
function placeOf(traces: readonly Trace[]): Place {
  const last = traces.findLast((t) => !t.question) ?? traces.at(-1);
  if (!last) return { end: 'not sent', pod: '', reached: false };
  const { outcome, reached } = last;
  if (last.question) return { end: 'not resolved', pod: '', reached: false };
  if (outcome !== 'ok' || !reached) return { end: failures[outcome] || 'lost', pod: '', reached: false };
  const ip = reached.ip.includes(':') ? `[${reached.ip}]` : reached.ip;
  return { end: `${ip}:${reached.port}`, pod: reached.pod ? `${reached.pod.namespace}/${reached.pod.name}` : '', reached: true };
}

/** Endpoints by address, then failures. */
export function distributionText(requests: readonly (readonly Trace[])[]): string {
  const counts = new Map<string, { place: Place; n: number }>();
  for (const traces of requests) {
    const place = placeOf(traces);
    const before = counts.get(place.end);
    counts.set(place.end, { place, n: (before?.n ?? 0) + 1 });
  }
  const key = ({ place }: { place: Place }): string => `${place.reached ? 0 : 1}${place.end}`;
  const rows = [...counts.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const share = (n: number): string => `${((100 * n) / requests.length).toFixed(1)}%`;
  const lines = rows.map(({ place, n }) => `${place.end}\t${place.pod || '<none>'}\t${n}\t${share(n)}\n`);
  return alignTabs(`ENDPOINT\tPOD\tCOUNT\tPERCENT\n${lines.join('')}`, tableLayout);
}
