// Does a certificate belong to a private key? With the words of Go's crypto/tls X509KeyPair.
import { createPrivateKey, X509Certificate } from 'node:crypto';

/** undefined when they fit. */
export function keyPairProblem(cert: Buffer, key: Buffer): string | undefined {
  const certTypes = pemTypes(cert);
  if (!certTypes.includes('CERTIFICATE')) {
    if (certTypes.length === 0) return 'tls: failed to find any PEM data in certificate input';
    if (certTypes.length === 1 && certTypes[0]?.endsWith('PRIVATE KEY'))
      return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${certTypes.join(' ')}]`;
  }
  const keyTypes = pemTypes(key);
  if (!keyTypes.some((type) => type.endsWith('PRIVATE KEY'))) {
    if (keyTypes.length === 0) return 'tls: failed to find any PEM data in key input';
    if (keyTypes.length === 1 && keyTypes[0] === 'CERTIFICATE')
      return 'tls: found a certificate rather than a key in the PEM for the private key';
    return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keyTypes.join(' ')}]`;
  }
  try {
    return new X509Certificate(cert.toString()).checkPrivateKey(createPrivateKey(key.toString()))
      ? undefined
      : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse private key';
  }
}

const pemTypes = (pem: Buffer): string[] =>
  [...pem.toString('latin1').matchAll(/^-----BEGIN ([^-\n]+)-----$/gm)].map((m) => m[1] as string);
