// --server-side: the server merges, and tells whose fields would be taken. Mirrors applyOneObject of k8s.io/kubectl/pkg/cmd/apply/apply.go.
import type { KubeObject } from '../../../model/object.js';
import { StatusError } from '../../../model/status.js';
import { UsageError } from '../../errors.js';
import { requestFor } from '../../resources.js';
import { migrationPatch } from './migrate.js';
import { type Applied, type ApplyContext, type ApplyTarget, warnIfDeleting } from './context.js';

export function applyServerSide(target: ApplyTarget, context: ApplyContext): Applied {
  const query = context.subresource === '' ? target : { ...target, subresource: context.subresource };
  try {
    const request = requestFor(query, 'patch', {
      body: target.object,
      options: {
        patchType: 'apply',
        fieldManager: context.fieldManager,
        force: context.forceConflicts,
        fieldValidation: context.validation,
        dryRun: context.dryRun === 'server',
      },
    });
    let object = context.client.call<KubeObject>(request);
    const migration = context.dryRun === 'server' ? undefined : migrationPatch(object, context.fieldManager);
    if (migration) {
      context.client.call(requestFor(target, 'patch', { body: migration, options: { patchType: 'json' } }));
      object = context.client.call<KubeObject>(request);
    }
    warnIfDeleting(object, target, context.io);
    return { object, operation: 'serverside-applied' };
  } catch (e) {
    if (e instanceof StatusError && e.status.reason === 'Conflict') throw new UsageError(`${e.message}\n${advice}`);
    throw e;
  }
}

const advice = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
