// kubectl create serviceaccount. Mirrors pkg/cmd/create/create_serviceaccount.go.
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { createFlags, createTyped, metadata, nameOf } from './typed.js';

export const createServiceAccount: Verb<Client> = {
  id: 'create serviceaccount',
  aliases: ['sa'],
  use: 'serviceaccount NAME [--dry-run=server|client|none]',
  short: 'Create a service account with the specified name',
  example: `
    # Create a service account
    kubectl create serviceaccount robot`,
  flags: createFlags,
  run: (invocation) =>
    createTyped(invocation, () => ({
      group: '',
      version: 'v1',
      plural: 'serviceaccounts',
      failure: 'failed to create serviceaccount: ',
      object: { kind: 'ServiceAccount', apiVersion: 'v1', metadata: metadata(nameOf(invocation), invocation) },
    })),
};
