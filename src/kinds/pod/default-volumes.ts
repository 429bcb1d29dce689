// Defaults of a Pod's volumes. Mirrors SetDefaults_*VolumeSource in pkg/apis/core/v1/defaults.go and the +default marks of k8s.io/api/core/v1.
import type { DownwardAPIVolumeFile, Volume } from '../../model/generated/api.js';
import { pullPolicy } from './pull-policy.js';

const readableByAll = 0o644;

export function defaultVolume(v: Volume): void {
  // A volume that says nothing of its source is an empty directory.
  if (Object.keys(v).every((key) => key === 'name' || v[key as keyof Volume] === undefined)) v.emptyDir = {};
  for (const source of [v.secret, v.configMap, v.downwardAPI, v.projected]) if (source) source.defaultMode ??= readableByAll;
  for (const file of v.downwardAPI?.items ?? []) defaultFile(file);
  for (const { serviceAccountToken, downwardAPI } of v.projected?.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    for (const file of downwardAPI?.items ?? []) defaultFile(file);
  }
  if (v.hostPath) v.hostPath.type ??= '';
  if (v.image) v.image.pullPolicy ||= pullPolicy(v.image.reference);
  if (v.ephemeral?.volumeClaimTemplate) v.ephemeral.volumeClaimTemplate.spec.volumeMode ??= 'Filesystem';
  defaultOldSources(v);
}

function defaultFile({ fieldRef, resourceFieldRef }: DownwardAPIVolumeFile): void {
  if (fieldRef) fieldRef.apiVersion ||= 'v1';
  if (resourceFieldRef) resourceFieldRef.divisor ??= '0';
}

/** Sources that used to be built in. */
function defaultOldSources({ iscsi, rbd, azureDisk, scaleIO }: Volume): void {
  if (iscsi) iscsi.iscsiInterface ||= 'default';
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}
