// Which resource a word of the command line means: plural, singular, short name, kind, "deploy.apps", "deployments.v1.apps".
// Mirrors apimachinery/pkg/api/meta (restmapper.go, priority.go) and client-go/restmapper (shortcut.go, category_expansion.go).
import type { APIResource } from '../model/request.js';
import { groupOf } from '../model/object.js';
import { UsageError } from './errors.js';

export class Mapper {
  /** `resources` in discovery's order, which is the order of preference. */
  constructor(readonly resources: readonly APIResource[]) {}

  /** Throws `the server doesn't have a resource type "foo"`. */
  find(word: string): APIResource {
    const found = this.lookUp(word);
    if (!found) throw new UsageError(`the server doesn't have a resource type ${JSON.stringify(word.split('.', 1)[0])}`);
    return found;
  }

  /** "deployments.v1.apps" is tried as resource.version.group first, then "deployments.group". */
  private lookUp(word: string): APIResource | undefined {
    const [name = '', second, ...more] = word.split('.');
    const full = second !== undefined && more.length > 0 ? this.named(name, more.join('.'), second) : undefined;
    return full ?? this.named(name, second === undefined ? undefined : [second, ...more].join('.'));
  }

  /** An exact group wins, else any group that starts so. */
  private named(name: string, group?: string, version?: string): APIResource | undefined {
    const lower = name.toLowerCase();
    const inGroup = (r: APIResource, exact: boolean): boolean =>
      (group === undefined || (exact ? r.group === group : r.group.startsWith(group))) && (version === undefined || r.version === version);
    for (const exact of [true, false]) {
      const candidates = this.resources.filter((r) => inGroup(r, exact));
      const found =
        candidates.find((r) => r.shortNames.includes(name)) ??
        candidates.find((r) => r.plural === lower || r.singular === lower || r.kind.toLowerCase() === lower);
      if (found) return found;
    }
    return undefined;
  }

  /** The resource behind an object of a manifest; undefined when the cluster has none. */
  ofKind(object: { apiVersion?: string; kind: string }): APIResource | undefined {
    const { apiVersion = '' } = object;
    const group = groupOf(apiVersion);
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    // kubectl takes "" for the core group in whatever version; the server then knows no such version.
    if (apiVersion === '') {
      const core = this.resources.find((r) => r.kind === object.kind && r.group === '');
      return core && { ...core, version: '' };
    }
    // Discovery's mapper knows every kind in small letters too; the server does not.
    const found = this.resources.find(
      (r) => [r.kind, r.kind.toLowerCase()].includes(object.kind) && r.group === group && (r.version === version || version === ''),
    );
    // No version is taken for the served one, and then asked for as it stands: the server knows nothing at that address.
    return found && version === '' ? { ...found, version } : found;
  }

  /** The types of a category such as "all", as words find() understands; undefined when `word` is none. */
  category(word: string): string[] | undefined {
    const members = this.resources.filter((r) => r.categories.includes(word)).map(typeName);
    return members.length > 0 ? members : undefined;
  }
}

/** "services" or "deployments.apps". */
export const typeName = (r: { plural: string; group: string }): string => (r.group === '' ? r.plural : `${r.plural}.${r.group}`);

/** "service" or "deployment.apps": how results are named ("service/web created"). */
export const singularName = (r: { kind: string; group: string }): string =>
  r.group === '' ? r.kind.toLowerCase() : `${r.kind.toLowerCase()}.${r.group}`;
