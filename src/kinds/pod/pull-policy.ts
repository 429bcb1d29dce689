// When an image is pulled if nobody said. Mirrors SetDefaults_Container of Kubernetes.
import { parseImageReference } from '../../lib/image-reference.js';

/** "latest", written or meant, is always pulled; what is no valid name is left for the kubelet to complain about. */
export const pullPolicy = (image: string | undefined): string =>
  parseImageReference(image ?? '')?.tag === 'latest' ? 'Always' : 'IfNotPresent';
