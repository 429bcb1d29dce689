// Who a request's fields belong to. Mirrors managerOrUserAgent of k8s.io/apiserver/pkg/endpoints/handlers/create.go.
import type { Request } from '../model/request.js';
import type { Manager } from './apply/managed-fields.js';

/** Clients that do not say are known by their program. */
export const managerOf = ({ options, subresource }: Request): Manager => ({ name: options?.fieldManager || 'kubectl', subresource });
