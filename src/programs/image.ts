// The words for images: what a container made of one can run, and what its servers do.

import type { Package } from './packages.js';

/** Which tools an image brings; `programs/index.ts` says what each family holds, and tools print in their family's words. */
export type Flavour = 'busybox' | 'alpine' | 'debian' | 'distroless';

export interface Image {
  /** "docker.io/library/nginx" */
  readonly repository: string;
  readonly flavour: Flavour;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Programs beside those of the flavour: "curl", "nginx", "redis-cli". */
  readonly programs: readonly string[];
  /** What is installed beside the base system. */
  readonly packages?: readonly Package[];
  /** Variables the image sets. */
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly uid: number;
  readonly size: number;
  /** What its server calls itself in answers ("1.27.3"). */
  readonly version: string;
  /** The signal that stops it, when it is not SIGTERM. */
  readonly stopSignal?: string;
  /** Files beside those of every container. */
  readonly files: Readonly<Record<string, string>>;
  /** True when nothing is known of the image: it runs on, and listens on its containerPorts. */
  readonly unknown?: boolean;
}
