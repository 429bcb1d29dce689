// kubectl create namespace. Mirrors pkg/cmd/create/create_namespace.go.
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { createFlags, createTyped, nameOf } from './typed.js';

export const createNamespace: Verb<Client> = {
  id: 'create namespace',
  aliases: ['ns'],
  use: 'namespace NAME [--dry-run=server|client|none]',
  short: 'Create a namespace with the specified name',
  example: `
    # Create a namespace
    kubectl create namespace team-a`,
  flags: createFlags,
  run: (invocation) =>
    createTyped(invocation, () => ({
      group: '',
      version: 'v1',
      plural: 'namespaces',
      namespaced: false,
      object: { kind: 'Namespace', apiVersion: 'v1', metadata: { name: nameOf(invocation) }, spec: {}, status: {} },
    })),
};
