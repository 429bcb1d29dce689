// Every controller, in the order in which a settle() wakes them. Adding one: a file, a line here, a transcript.
import type { Controller } from '../model/controller.js';
import { deployment } from './deployment/index.js';
import { endpointSlice } from './endpoint-slice.js';
import { endpointSliceMirroring } from './endpoint-slice-mirroring.js';
import { endpoints } from './endpoints.js';
import { ipAddress } from './ip-address.js';
import { replicaSet } from './replica-set.js';
import { serviceCIDR } from './service-cidr.js';

export const controllers: readonly Controller[] = [
  deployment,
  replicaSet,
  endpointSlice,
  endpoints,
  endpointSliceMirroring,
  ipAddress,
  serviceCIDR,
];
