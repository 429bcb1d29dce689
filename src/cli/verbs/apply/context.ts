// What both kinds of apply are given, and what they give back.
import type { Io } from '../../../model/io.js';
import type { KubeObject } from '../../../model/object.js';
import type { APIResource, RequestOptions } from '../../../model/request.js';
import type { DryRun, Propagation } from '../../write-flags.js';
import type { Client } from '../../client.js';

/** One object of a manifest and where it belongs. */
export interface ApplyTarget {
  readonly resource: APIResource;
  readonly namespace?: string;
  readonly name: string;
  /** As the manifest has it, with its namespace. */
  readonly object: KubeObject;
  readonly source: string;
}

export interface ApplyContext {
  readonly client: Client;
  readonly io: Io;
  readonly program: string;
  readonly dryRun: DryRun;
  readonly validation: NonNullable<RequestOptions['fieldValidation']>;
  readonly fieldManager: string;
  readonly subresource: string;
  readonly force: boolean;
  /** False: --overwrite=false. */
  readonly overwrite: boolean;
  readonly forceConflicts: boolean;
  readonly gracePeriodSeconds: number;
  readonly propagation: Propagation;
  /** How long --force waits for a deletion. */
  readonly deletionTimeout: number;
}

/** How --force and --prune delete: without --grace-period with the object's own. */
export const deleteOptions = ({ propagation, gracePeriodSeconds }: ApplyContext): RequestOptions => ({
  propagationPolicy: propagation,
  ...(gracePeriodSeconds >= 0 && { gracePeriodSeconds }),
});

export interface Applied {
  readonly object: KubeObject;
  /** "created", "configured", "unchanged", "serverside-applied" */
  readonly operation: string;
}

export function warnIfDeleting(object: KubeObject, { resource, name }: ApplyTarget, io: Io): void {
  if (object.metadata.deletionTimestamp)
    io.err(`Warning: Detected changes to resource ${resource.plural}/${name} which is currently being deleted.\n`);
}
