// How the Pod kind is called.
import type { Names } from '../../model/kind.js';

export const names: Names = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
};
