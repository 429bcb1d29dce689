// Names of container images: "registry.example.com:5000/team/app:1.2@sha256:...". Mirrors github.com/distribution/reference.

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const hostPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const host = `(?:${hostPart}(?:\\.${hostPart})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const path = new RegExp(`^(${component}(?:/${component})*)(?::(\\w[\\w.-]{0,127}))?(?:@(${digest}))?$`);
const hostOnly = new RegExp(`^${host}$`);

/** Of registry and repository together. */
const longest = 255;

export interface ImageReference {
  /** "docker.io" when none was written. */
  readonly registry: string;
  /** "library/nginx" for "nginx". */
  readonly repository: string;
  /** "latest" when neither tag nor digest was written. */
  readonly tag?: string;
  readonly digest?: string;
}

/** Undefined when it is no valid reference. */
export function parseImageReference(image: string): ImageReference | undefined {
  if (/^[a-f0-9]{64}$/.test(image)) return undefined;
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  // A first part without dot, colon or capital is the beginning of the path.
  const hasRegistry = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const registry = hasRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const found = path.exec(hasRegistry ? image.slice(slash + 1) : image);
  if (!found || !hostOnly.test(registry)) return undefined;
  const [, name = '', tag, digestText] = found;
  const repository = registry === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  if (registry.length + 1 + repository.length > longest) return undefined;
  return {
    registry,
    repository,
    ...(tag !== undefined ? { tag } : digestText === undefined ? { tag: 'latest' } : {}),
    ...(digestText !== undefined && { digest: digestText }),
  };
}
