// Image references as people write them, and their full form. Mirrors github.com/distribution/reference (ParseNormalizedNamed).
import { createHash } from 'node:crypto';

export interface ImageName {
  /** "docker.io/library/nginx" */
  readonly repository: string;
  /** "1.27"; "latest" when neither tag nor digest is given. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Undefined when it is no reference at all: the kubelet says InvalidImageName. */
export function parseImageName(text: string): ImageName | undefined {
  const match =
    /^((?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, name = '', tag, digest] = match;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isRegistry = first === 'localhost' || /[.:A-Z]/.test(first);
  const path = isRegistry ? name.slice(slash + 1) : name;
  const registry = isRegistry && first !== 'index.docker.io' ? first : 'docker.io';
  const repository = registry === 'docker.io' && !path.includes('/') ? `docker.io/library/${path}` : `${registry}/${path}`;
  return { repository, tag: tag ?? (digest ? undefined : 'latest'), digest };
}

/** Why `text` is no reference. */
export function nameProblem(text: string): string {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  const rest = first === 'localhost' || /[.:A-Z]/.test(first) ? text.slice(slash + 1) : slash < 0 ? `library/${text}` : text;
  const name = rest.split(':')[0] as string;
  return `invalid reference format${/[A-Z]/.test(name) ? `: repository name (${name}) must be lowercase` : ''}`;
}

/** "docker.io/library/nginx:latest" */
export const fullName = (name: ImageName): string =>
  `${name.repository}${name.tag ? `:${name.tag}` : ''}${name.digest ? `@${name.digest}` : ''}`;

/** 64 hexadecimal digits that follow from `parts`. */
export const digestOf = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex');
