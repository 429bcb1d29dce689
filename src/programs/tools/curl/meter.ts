// curl's progress meter, as it goes to standard error when the body does not go to a terminal. Mirrors lib/progress.c.

export const meterHeader =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** At most five characters for a number of bytes. */
export function shortSize(bytes: number): string {
  if (bytes < 100_000) return String(Math.floor(bytes)).padStart(5);
  const k = Math.floor(bytes / 1024);
  return k < 10_000 ? `${String(k).padStart(4)}k` : `${String(Math.floor(k / 1024)).padStart(4)}M`;
}

export interface Progress {
  readonly total?: number;
  readonly received?: number;
  readonly sent?: number;
  /** Milliseconds since the transfer began. */
  readonly ms: number;
}

const clock = (ms: number): string => {
  const s = Math.floor(ms / 1000);
  if (s < 1) return '--:--:--';
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`.padStart(8);
};

const share = (part: number, whole: number): string => String(whole > 0 ? Math.floor((100 * part) / whole) : 0).padStart(3);

/** One state of the line; it begins where the line begins. */
export function meterLine({ total = 0, received = 0, sent = 0, ms }: Progress): string {
  const seconds = Math.max(ms, 1) / 1000;
  const [down, up] = [shortSize(received / seconds), shortSize(sent / seconds)];
  const size = (n: number): string => shortSize(n);
  const all = total + sent;
  const spent = clock(ms);
  const current = received + sent > 0 ? shortSize((received + sent) / seconds) : '    0';
  return `\r${share(received + sent, all)} ${size(all)}  ${share(received, total)} ${size(received)}  ${sent > 0 ? '100' : '  0'} ${size(sent)}  ${down}  ${up} --:--:-- ${spent} --:--:-- ${current}`;
}

/** What is drawn while nothing comes for `ms` milliseconds: once a second. */
export const waiting = (ms: number): string =>
  Array.from({ length: Math.min(Math.floor(ms / 1000), 300) }, (_, i) => meterLine({ ms: (i + 1) * 1000 })).join('');
