// `run -i`, `run --attach`: what happens once the Pod is made. Mirrors the second half of pkg/cmd/run/run.go.
import type { KubeObject } from '../model/object.js';
import type { Invocation } from '../model/verb.js';
import type { Client } from './client.js';
import { notSimulated } from './errors.js';

/** The exit code of the container, as far as the restart policy makes kubectl wait for it. */
export function attachToNewPod(_pod: KubeObject, _invocation: Invocation<Client>): number {
  throw notSimulated('attaching to a new Pod (run -i, --attach)');
}
