// The door: one Request in, one Reply out. Each mutating call is one transaction: write, settle, commit.
// Mirrors the handlers of k8s.io/apiserver/pkg/endpoints.
import { groupKindFor, type Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import type { Reply, Request } from '../model/request.js';
import { conflict, failure, methodNotSupported, type Status, StatusError, unreachable } from '../model/status.js';
import { connect } from './connect.js';
import { type Decoded, decode, decodeAs } from './decode.js';
import { createObject } from './create.js';
import { checkDeletable, deleteObject } from './delete.js';
import { discover } from './discovery.js';
import { dropRepeatedOwners } from './metadata.js';
import { checkName, patchObject } from './patch.js';
import { getObject, list, read, selected, table, watch } from './read.js';
import { scaleColumns, scaleOf, writeScale } from './scale.js';
import { type Core, Session } from './session.js';
import { answers, serverProblem } from './programs.js';
import { catchUp, settle } from './settle.js';
import { subresourceCreate } from './subresource.js';
import { checkManager, managerOf } from './managers.js';
import { partOf, updateObject } from './update.js';
import { askNetwork } from './why/index.js';

const reading = new Set<Request['verb']>(['get', 'list', 'watch', 'discover']);

/** Whether a request leaves something behind when it succeeds. */
export const writes = ({ verb, options }: Request): boolean => !reading.has(verb) && !options?.dryRun;

export function call(core: Core, request: Request): Reply {
  try {
    if (isQuestion(request)) return { code: 200, body: askNetwork(core, request), warnings: [] };
    return reading.has(request.verb) ? view(core, request) : change(core, request);
  } catch (e) {
    if (!(e instanceof StatusError)) throw e;
    return { code: e.status.code ?? 500, body: e.status, warnings: e.warnings };
  }
}

/** kubelab's own questions about the network, which begin their transactions themselves. */
const isQuestion = ({ verb, subresource = '' }: Request): boolean => verb === 'connect' && ['trace', 'reach', 'why'].includes(subresource);

/** Reads see what is due by now: timers run first, in a transaction of their own. */
function view(core: Core, request: Request): Reply {
  const look = (): Reply => answered(new Session(core, { dryRun: false }), (session) => answer(session, request));
  const seen = core.store.read(() => {
    core.world.begin();
    return due(core) ? undefined : look();
  });
  if (seen) return seen;
  core.store.write(() => atWork(core, { dryRun: false }, () => undefined));
  return core.store.read(() => {
    core.world.begin();
    return look();
  });
}

/** Whether something falls due within `ahead` milliseconds of the world's time. */
function due(core: Core, ahead = 0): boolean {
  return (core.store.timers.next()?.at ?? Number.POSITIVE_INFINITY) <= core.world.now() + ahead;
}

function change(core: Core, request: Request): Reply {
  const dryRun = request.options?.dryRun ?? false;
  return core.store.write(() => atWork(core, { dryRun }, (session) => answered(session, () => act(session, request))), { commit: !dryRun });
}

/** Runs `work` between what was due before it and what it woke. */
export function atWork<T>(core: Core, options: { dryRun: boolean }, work: (session: Session) => T): T {
  core.world.begin();
  const session = new Session(core, options);
  if (due(core)) catchUp(session, core.world.now());
  const result = work(session);
  if (!options.dryRun) settle(session);
  core.world.save();
  return result;
}

/** What a clock that runs by itself is ahead of the user after a command, in milliseconds: Pods are placed and started by then. */
const reaction = 400;

/** Lets happen what a command set off and what needs no waiting; a virtual clock only moves when it is told to. */
export function react(core: Core): void {
  if (core.config.clock === 'virtual') return;
  const soon = core.store.read(() => {
    core.world.begin();
    return due(core, reaction);
  });
  if (!soon) return;
  core.store.write(() => {
    core.world.begin();
    catchUp(new Session(core, { dryRun: false }), core.world.now() + reaction);
    core.world.save();
  });
}

/** An error keeps the warnings that came before it. */
function answered(session: Session, work: (session: Session) => Reply['body']): Reply {
  try {
    const body = work(session);
    return { code: 200, body, warnings: [...session.warnings] };
  } catch (e) {
    if (e instanceof StatusError) throw new StatusError(e.status, [...session.warnings]);
    throw e;
  }
}

function kindFor(core: Core, request: Request): Kind {
  for (const kind of core.kinds.values()) {
    const { plural, group, version } = kind.names;
    if (plural === request.resource && group === request.group && (request.version ?? version) === version) return kind;
  }
  throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** What stands in for an answer when nobody is there to give one. kubectl prints it as it is. */
function reach(session: Session, { verb, subresource }: Request): void {
  if (answers(session.reader) || (verb === 'connect' && own.has(subresource ?? ''))) return;
  throw failure(503, unreachable, serverProblem(session.reader));
}

function answer(session: Session, request: Request): Reply['body'] {
  reach(session, request);
  if (request.verb === 'discover') return discover(session, request);
  const kind = kindFor(session.core, request);
  allow(kind, request);
  if (request.verb === 'list') return list(session, kind, request);
  if (request.verb === 'watch') return watch(session, kind, request);
  if (request.subresource === 'scale') {
    const scale = scaleOf(kind, getObject(session, kind, request));
    return request.options?.asTable ? table(session, { columns: scaleColumns }, [scale]) : scale;
  }
  return read(session, kind, request);
}

/** kubelab's own: a request sent by a node, by somebody outside, or by a Pod that is there for it only; a node's shell. */
const own: ReadonlySet<string> = new Set(['curl', 'ssh']);

function allow(kind: Kind, request: Request): void {
  const { subresource, verb } = request;
  if (verb === 'connect' && own.has(subresource ?? '')) return;
  if (subresource && !(kind.subresources as readonly string[]).includes(subresource)) {
    throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
  }
  if (!subresource && !kind.verbs.includes(verb)) throw methodNotSupported(kind.names, verb);
}

function act(session: Session, request: Request): Reply['body'] {
  reach(session, request);
  const kind = kindFor(session.core, request);
  allow(kind, request);
  checkManager(request);
  if (kind.readWarning) session.warnings.add(kind.readWarning);
  switch (request.verb) {
    case 'create':
      return request.subresource ? subresourceCreate(session, kind, request) : create(session, kind, request);
    case 'update':
      return update(session, kind, request);
    case 'patch':
      return patchObject(session, kind, request);
    case 'delete':
      return remove(session, kind, request);
    case 'deletecollection':
      return removeAll(session, kind, request);
    case 'connect':
      return connect(session, kind, request);
    default:
      throw methodNotSupported(kind.names, request.verb);
  }
}

const repeatedOwners =
  '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests';

/** The request's body as an object of the kind, in the namespace of the request. */
function bodyOf(session: Session, kind: Kind, request: Request): Decoded {
  const { object, warnings, empties } = decode(request.body as KubeObject, kind, request.options?.fieldValidation ?? 'Warn');
  for (const w of warnings) session.warnings.add(w);
  if (kind.names.namespaced && request.namespace) {
    if (object.metadata.namespace && object.metadata.namespace !== request.namespace) {
      throw failure(400, 'BadRequest', 'the namespace of the provided object does not match the namespace sent on the request');
    }
    object.metadata.namespace = request.namespace;
  }
  const repeated = dropRepeatedOwners(object.metadata);
  if (repeated.length > 0) session.warn(`${repeatedOwners}; duplicate UID(s) observed: ${repeated.join(', ')}`);
  return { object, warnings, empties };
}

const exists = ({ reader }: Session, kind: Kind, { namespace = '', name = '' }: Request): boolean =>
  reader.get(groupKindFor(kind), kind.names.namespaced ? namespace : '', name) !== undefined;

function create(session: Session, kind: Kind, request: Request): KubeObject {
  const { object, empties } = bodyOf(session, kind, request);
  return createObject(session, kind, object, { validate: true, empties, manager: managerOf(request) });
}

function update(session: Session, kind: Kind, request: Request): KubeObject {
  if (kind.createsOnUpdate && !request.subresource && !exists(session, kind, request)) return create(session, kind, request);
  if (request.subresource === 'scale') {
    const scale = decodeAs(request.body as KubeObject, 'Scale');
    return writeScale(session, kind, getObject(session, kind, request), scale, managerOf(request));
  }
  const { object, empties } = bodyOf(session, kind, request);
  checkName(object, request);
  const old = getObject(session, kind, request);
  const { uid } = object.metadata;
  if (uid && uid !== old.metadata.uid) throw otherObject(kind, old, uid);
  return updateObject(session, kind, object, old, {
    validate: true,
    empties,
    part: partOf(kind, request.subresource),
    manager: managerOf(request),
  });
}

/** A uid says which object is meant: etcd looks at it before anything is compared. */
function otherObject({ names, storagePrefix }: Kind, { metadata }: KubeObject, uid: string): Error {
  const key = `/registry/${storagePrefix ?? names.plural}/${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
  const problem = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
  return conflict(
    names,
    metadata.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${problem}`,
  );
}

function remove(session: Session, kind: Kind, request: Request): Reply['body'] {
  const object = getObject(session, kind, request);
  checkDeletable(kind, object);
  const { propagationPolicy, gracePeriodSeconds, preconditions } = request.options ?? {};
  const left = deleteObject(session, kind, object, {
    ...(propagationPolicy && { propagation: propagationPolicy }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(preconditions && { preconditions }),
  });
  return left ?? success(kind, object);
}

function removeAll(session: Session, kind: Kind, request: Request): Status {
  for (const object of selected(session, kind, request))
    remove(session, kind, {
      ...request,
      name: object.metadata.name,
      ...(object.metadata.namespace && { namespace: object.metadata.namespace }),
    });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
}

const success = (kind: Kind, object: KubeObject): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: {
    name: object.metadata.name,
    ...(kind.names.group && { group: kind.names.group }),
    kind: kind.names.plural,
    ...(object.metadata.uid && { uid: object.metadata.uid }),
  },
});
