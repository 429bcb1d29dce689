// How versions of curl word the same things. Mirrors lib/strerror.c and the messages of -v, 7.x to 8.17.
import type { Process } from '../../process.js';

/** The curl that is in the image: Debian's and Alpine's, or that of curlimages. */
export function versionOf(p: Process): string {
  const { image } = p.machine.host;
  return image.repository.endsWith('curlimages/curl') ? image.version : image.flavour === 'busybox' ? '7.79.1' : '8.14.1';
}

/** 8.14.1 as 814. */
export function numberOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 100 + minor;
}

export interface Words {
  readonly number: number;
  readonly refused: string;
  /** The addresses of localhost in the order in which they are tried. */
  readonly localhost: readonly string[];
  badUrl(url: string): string;
  noProtocol(scheme: string): string;
  closing(n: number): string;
  reusing(n: number, host: string, scheme: string): string;
}

export function wordsOf(version: string): Words {
  const number = numberOf(version);
  return {
    number,
    refused: number >= 810 ? 'Could not connect to server' : "Couldn't connect to server",
    localhost: number >= 803 ? ['::1', '127.0.0.1'] : ['127.0.0.1', '::1'],
    badUrl: () => (number >= 802 ? 'URL rejected: Malformed input to a URL function' : 'URL using bad/illegal format or missing URL'),
    noProtocol: (scheme) => `Protocol "${scheme}" not supported${number >= 808 ? '' : ' or disabled in libcurl'}`,
    closing: (n) =>
      number >= 810 ? `* closing connection #${n}\n` : number >= 800 ? '* Closing connection\n' : `* Closing connection ${n}\n`,
    reusing: (n, host, scheme) =>
      number >= 812
        ? `* Re-using existing ${scheme}: connection with host ${host}\n`
        : number >= 800
          ? `* Re-using existing connection with host ${host}\n`
          : `* Found bundle for host: 0x5581c0de1e40 [serially]\n* Can not multiplex, even if we wanted to\n* Re-using existing connection #${n} with host ${host}\n`,
  };
}

/** The certificate cannot be trusted: exit code 60. */
export const distrust = (reason: string, number: number): string =>
  `curl: (60) SSL certificate problem: ${reason}\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the ${number >= 809 ? 'webpage' : 'web page'} mentioned above.\n`;
