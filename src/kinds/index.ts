// Every kind of the cluster. Adding one: a file, a line here, a transcript.
import type { Kind } from '../model/kind.js';
import { groupKind, type GroupKind } from '../model/object.js';
import { endpointSlice } from './endpoint-slice/index.js';
import { endpoints } from './endpoints.js';
import { ipAddress } from './ip-address.js';
import { service } from './service/index.js';
import { serviceCIDR } from './service-cidr.js';

const list: readonly Kind[] = [endpointSlice, endpoints, ipAddress, service, serviceCIDR];

export const kinds: ReadonlyMap<GroupKind, Kind> = new Map(list.map((k) => [groupKind(k.names.group, k.names.kind), k]));
