// The warning for a TLS Secret whose certificate and key do not go together. Mirrors the errors of crypto/tls.X509KeyPair.
import { createPrivateKey, X509Certificate } from 'node:crypto';

export function tlsWarning(certificate: string, key: string): string[] {
  const wrong =
    pemError(certificate, 'certificate', /^CERTIFICATE$/) ?? pemError(key, 'key', /(^| )PRIVATE KEY$/) ?? mismatch(certificate, key);
  return wrong === undefined ? [] : [wrong];
}

function pemError(text: string, what: 'certificate' | 'key', type: RegExp): string | undefined {
  const types = [...text.matchAll(/^-----BEGIN ([^-]+)-----$/gm)].map((m) => m[1] ?? '');
  if (types.some((t) => type.test(t))) return undefined;
  if (types.length === 0) return `tls: failed to find any PEM data in ${what} input`;
  const swapped = what === 'certificate' && types.length === 1 && types[0]?.endsWith('PRIVATE KEY');
  if (swapped)
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  if (what === 'key' && types.length === 1 && types[0] === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  const skipped = `[${types.join(' ')}]`;
  if (what === 'key')
    return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${skipped}`;
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${skipped}`;
}

/** Go names the ASN.1 fault where a block does not parse; this names none, for its parser is not simulated. */
function mismatch(certificate: string, key: string): string | undefined {
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return undefined;
    return 'tls: private key does not match public key';
  } catch {
    return 'x509: malformed certificate';
  }
}
