// kubectl create configmap. Mirrors pkg/cmd/create/create_configmap.go.
import { isUtf8 } from 'node:buffer';
import { isConfigMapKey } from '../../../lib/names.js';
import type { KubeObject } from '../../../model/object.js';
import type { Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { contentHash, keyValueFlags, keyValues } from './key-values.js';
import { createFlags, createTyped, inOrder, metadata, nameOf } from './typed.js';

export const createConfigMap: Verb<Client> = {
  id: 'create configmap',
  aliases: ['cm'],
  use: 'configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  short: 'Create a config map from a local file, directory or literal value',
  example: `
    # Two keys
    kubectl create configmap settings --from-literal=color=blue --from-literal=size=l

    # A key for each file of a directory
    kubectl create configmap pages --from-file=html/`,
  flags: [...createFlags, ...keyValueFlags],
  run: (invocation) =>
    createTyped(invocation, () => ({
      group: '',
      version: 'v1',
      plural: 'configmaps',
      failure: 'failed to create configmap: ',
      object: configMap(invocation),
    })),
};

function configMap(invocation: Invocation<Client>): KubeObject {
  const { flags, io } = invocation;
  const name = nameOf(invocation);
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const { key, value } of keyValues(flags, io)) {
    const errors = isConfigMapKey(key);
    if (errors.length > 0) throw new UsageError(`${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${errors.join(',')}`);
    for (const [field, content] of [
      ['Data', data],
      ['BinaryData', binaryData],
    ] as const) {
      if (key in content)
        throw new UsageError(
          `cannot add key ${JSON.stringify(key)}, another key by that name already exists in ${field} for ConfigMap ${JSON.stringify(name)}`,
        );
    }
    if (isUtf8(value)) data[key] = value.toString('utf8');
    else binaryData[key] = value.toString('base64');
  }
  const hasBinary = Object.keys(binaryData).length > 0;
  const suffix = flags.bool('append-hash') ? `-${contentHash({ kind: 'ConfigMap', name, data, ...(hasBinary && { binaryData }) })}` : '';
  return {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: metadata(name + suffix, invocation),
    ...(Object.keys(data).length > 0 && { data: inOrder(data) }),
    ...(hasBinary && { binaryData: inOrder(binaryData) }),
  };
}
