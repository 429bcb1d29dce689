// Every controller, in the order in which a settle() wakes them. Adding one: a file, a line here, a transcript.
import type { Controller } from '../model/controller.js';

export const controllers: readonly Controller[] = [];
