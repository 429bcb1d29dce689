// Whether a node's network turns NetworkPolicies into rules: it does while a Pod that knows them runs there (kindnet does, flannel does not).
// A kindnetd that ends takes its nftables table away (cleanNFTablesRules of kube-network-policies), so that policies have no effect on the node
// until the next one runs: there are no "last rules" as there are of kube-proxy.
import { parseImageReference } from '../../lib/image-reference.js';
import type { Reader } from '../../model/store.js';
import { addresses } from '../addresses.js';

/** Both are sigs.k8s.io/kube-network-policies at heart, whose order of things `steps.ts` follows. */
const programs = ['kindnetd', 'kube-network-policies'];

const known = new Map<string, boolean>();

function isAgent(image: string): boolean {
  let is = known.get(image);
  if (is === undefined) {
    is = programs.includes(parseImageReference(image)?.repository.split('/').at(-1) ?? '');
    known.set(image, is);
  }
  return is;
}

export function enforcesPolicies(reader: Reader, node: string | undefined): boolean {
  for (const pod of addresses(reader).hostPods(node ?? ''))
    for (const status of pod.status?.containerStatuses ?? []) if (status.state?.running && isAgent(status.image)) return true;
  return false;
}
