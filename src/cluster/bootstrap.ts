// placeholder until helper D lands what a fresh cluster holds
import type { ClusterConfig } from '../model/config.js';
import type { Writer } from '../model/store.js';
export function bootstrap(_writer: Writer, _config: ClusterConfig, _options: { nodes: number }): void {}
