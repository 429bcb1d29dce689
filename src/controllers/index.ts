// Every controller, in the order in which a settle() wakes them. Adding one: a file, a line here, a transcript.
import type { Controller } from '../model/controller.js';
import { endpointSlice } from './endpoint-slice.js';
import { endpoints } from './endpoints.js';

export const controllers: readonly Controller[] = [endpointSlice, endpoints];
