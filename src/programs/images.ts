// What an image's name stands for: a well-known image at a tag, any other one (it exists too, runs on and listens on its containerPorts), or
// none. What does not exist: `nosuchimage`, and tags that a well-known image never had.
import type { Image } from './image.js';
import { digestOf, fullName, type ImageName, parseImageName } from './image-name.js';
import { type KnownImage, knownImages } from './known-images.js';

const known = new Map<string, KnownImage>(knownImages.flatMap((e) => e.names.map((name): [string, KnownImage] => [name, e])));

/** Repositories that no registry has. */
const missing = new Set(['docker.io/library/nosuchimage']);

const base = { entrypoint: [], cmd: [], programs: [], env: {}, workdir: '/', uid: 0, size: 25_000_000, version: '', files: {} } as const;

type Found = { name: ImageName; image: Image } | { name: ImageName; failure: string } | undefined;

/** A thousand Pods name the same image. */
const looked = new Map<string, Found>();

/** What `text` names, or why it cannot be pulled. */
export function findImage(text: string): Found {
  if (!looked.has(text)) {
    if (looked.size > 1000) looked.clear();
    looked.set(text, look(text));
  }
  return looked.get(text);
}

function look(text: string): Found {
  const name = parseImageName(text);
  if (!name) return undefined;
  const full = fullName(name);
  const resolve = `failed to pull and unpack image "${full}": failed to resolve image`;
  if (missing.has(name.repository))
    return {
      name,
      failure: `${resolve}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    };
  const entry = known.get(name.repository);
  if (entry && name.tag && !hasTag(entry, name.tag))
    return { name, failure: `rpc error: code = NotFound desc = ${resolve}: ${full}: not found` };
  return { name, image: imageOf(name, entry) };
}

function imageOf(name: ImageName, entry: KnownImage | undefined): Image {
  const tag = name.tag ?? '';
  if (!entry) return { ...base, repository: name.repository, flavour: 'debian', unknown: true };
  const { names: _names, newest: _newest, words: _words, listedAs: _listed, releases = [], ...facts } = entry;
  const told = /^v?(\d+(\.\d+)*)/.exec(tag)?.[1];
  const numbered = told?.includes('.') ? (releases.find((r) => r === told || r.startsWith(`${told}.`)) ?? told) : undefined;
  const env = Object.fromEntries(Object.entries(facts.env ?? {}).map(([k, v]) => [k, numbered && v === facts.version ? numbered : v]));
  return {
    ...base,
    ...facts,
    repository: name.repository,
    ...(tag.includes('alpine') && facts.flavour === 'debian' && { flavour: 'alpine' as const }),
    ...(numbered && { version: numbered }),
    env,
  };
}

/** Word tags, versions up to the newest, and both joined by "-". */
function hasTag(entry: KnownImage, tag: string): boolean {
  if (!entry.newest) return true;
  if (entry.words?.includes(tag)) return true;
  const [version = '', ...rest] = tag.split('-');
  const numbers = /^v?(\d+)(?:\.(\d+))?(?:\.\d+)?$/.exec(version);
  const exists = numbers
    ? Number(numbers[1]) < entry.newest[0] || (Number(numbers[1]) === entry.newest[0] && Number(numbers[2] ?? 0) <= entry.newest[1])
    : entry.words?.includes(version);
  return (
    !!exists &&
    rest.every(
      (part) =>
        /^(alpine|perl|otel|rc\d*|fpm|apache|musl|glibc|uclibc)?[\d.]*$/.test(part) || !!entry.words?.includes(part.replace(/[\d.]+$/, '')),
    )
  );
}

/** How the node's runtime names the image in a container's status. */
export const listedName = (name: ImageName): string => {
  const first = known.get(name.repository)?.listedAs;
  return first ? `${name.repository}:${first}` : fullName(name);
};

/** "docker.io/library/nginx@sha256:..." */
export const imageID = (name: ImageName): string => `${name.repository}@${name.digest ?? `sha256:${digestOf(listedName(name))}`}`;
