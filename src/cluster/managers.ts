// Who a request's fields belong to. Mirrors managerOrUserAgent of k8s.io/apiserver/pkg/endpoints/handlers/create.go.
import { tooLong } from '../model/field-error.js';
import type { Request } from '../model/request.js';
import { invalid } from '../model/status.js';
import type { Manager } from './apply/managed-fields.js';

const longest = 128;
const optionsOf: Partial<Record<Request['verb'], string>> = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions' };

export function checkManager({ verb, options }: Request): void {
  const kind = optionsOf[verb];
  if (kind && Buffer.byteLength(options?.fieldManager ?? '') > longest)
    throw invalid({ group: 'meta.k8s.io', kind }, '', [tooLong('fieldManager', longest)]);
}

/** Clients that do not say are known by their program. */
export const managerOf = ({ options, subresource }: Request): Manager => ({ name: options?.fieldManager || 'kubectl', subresource });
