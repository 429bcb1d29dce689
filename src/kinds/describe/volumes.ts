// The volumes of a Pod or of a Pod template in `kubectl describe`.
// Mirrors describeVolumes and the print*VolumeSource functions of k8s.io/kubectl/pkg/describe/describe.go.
import { sortedKeys } from '../../lib/go-format.js';
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import type { PersistentVolumeClaimTemplate, ProjectedVolumeSource, Volume } from '../../model/generated/api.js';
import { annotationLines, goList } from './lines.js';

type Value = string | number | boolean | undefined;

/** kubectl prints these without or with more than their colon. */
const oddLabels: Readonly<Record<string, string>> = { ISCSIInterface: 'ISCSIInterface', Kind: 'Kind: ' };

/** What a volume source shows: its type with explanation, then fields. */
interface Shown {
  readonly type: string;
  readonly fields: readonly (readonly [label: string, value: Value])[];
}

type Sources = Required<Omit<Volume, 'name'>>;
type Describers = { readonly [K in keyof Sources]?: (source: Sources[K]) => Shown };

const reference = (ref: { name?: string } | undefined): string => (ref ? `&LocalObjectReference{Name:${ref.name ?? ''},}` : 'nil');

/** In the order in which kubectl looks for them. */
const simple: Describers = {
  hostPath: (s) => ({
    type: 'HostPath (bare host directory volume)',
    fields: [
      ['Path', s.path],
      ['HostPathType', s.type ?? '<none>'],
    ],
  }),
  emptyDir: (s) => ({
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [
      ['Medium', s.medium],
      ['SizeLimit', s.sizeLimit && s.sizeLimit !== '0' ? s.sizeLimit : '<unset>'],
    ],
  }),
  gcePersistentDisk: (s) => ({
    type: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    fields: [
      ['PDName', s.pdName],
      ['FSType', s.fsType],
      ['Partition', s.partition ?? 0],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  awsElasticBlockStore: (s) => ({
    type: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    fields: [
      ['VolumeID', s.volumeID],
      ['FSType', s.fsType],
      ['Partition', s.partition ?? 0],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  gitRepo: (s) => ({
    type: 'GitRepo (a volume that is pulled from git when the pod is created)',
    fields: [
      ['Repository', s.repository],
      ['Revision', s.revision],
    ],
  }),
  secret: (s) => ({
    type: 'Secret (a volume populated by a Secret)',
    fields: [
      ['SecretName', s.secretName],
      ['Optional', s.optional ?? false],
    ],
  }),
  configMap: (s) => ({
    type: 'ConfigMap (a volume populated by a ConfigMap)',
    fields: [
      ['Name', s.name],
      ['Optional', s.optional ?? false],
    ],
  }),
  nfs: (s) => ({
    type: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    fields: [
      ['Server', s.server],
      ['Path', s.path],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  iscsi: (s) => ({
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ['TargetPortal', s.targetPortal],
      ['IQN', s.iqn],
      ['Lun', s.lun],
      ['ISCSIInterface', s.iscsiInterface],
      ['FSType', s.fsType],
      ['ReadOnly', s.readOnly ?? false],
      ['Portals', goList(s.portals)],
      ['DiscoveryCHAPAuth', s.chapAuthDiscovery ?? false],
      ['SessionCHAPAuth', s.chapAuthSession ?? false],
      ['SecretRef', reference(s.secretRef)],
      ['InitiatorName', s.initiatorName ?? '<none>'],
    ],
  }),
  glusterfs: (s) => ({
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [
      ['EndpointsName', s.endpoints],
      ['Path', s.path],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  persistentVolumeClaim: (s) => ({
    type: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    fields: [
      ['ClaimName', s.claimName],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  rbd: (s) => ({
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ['CephMonitors', goList(s.monitors)],
      ['RBDImage', s.image],
      ['FSType', s.fsType],
      ['RBDPool', s.pool],
      ['RadosUser', s.user],
      ['Keyring', s.keyring],
      ['SecretRef', reference(s.secretRef)],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  quobyte: (s) => ({
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    fields: [
      ['Registry', s.registry],
      ['Volume', s.volume],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  azureDisk: (s) => ({
    type: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    fields: [
      ['DiskName', s.diskName],
      ['DiskURI', s.diskURI],
      ['Kind', s.kind],
      ['FSType', s.fsType],
      ['CachingMode', s.cachingMode],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  vsphereVolume: (s) => ({
    type: 'vSphereVolume (a Persistent Disk resource in vSphere)',
    fields: [
      ['VolumePath', s.volumePath],
      ['FSType', s.fsType],
      ['StoragePolicyName', s.storagePolicyName],
    ],
  }),
  cinder: (s) => ({
    type: 'Cinder (a Persistent Disk resource in OpenStack)',
    fields: [
      ['VolumeID', s.volumeID],
      ['FSType', s.fsType],
      ['ReadOnly', s.readOnly ?? false],
      ['SecretRef', reference(s.secretRef)],
    ],
  }),
  photonPersistentDisk: (s) => ({
    type: 'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    fields: [
      ['PdID', s.pdID],
      ['FSType', s.fsType],
    ],
  }),
  portworxVolume: (s) => ({ type: 'PortworxVolume (a Portworx Volume resource)', fields: [['VolumeID', s.volumeID]] }),
  scaleIO: (s) => ({
    type: 'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
    fields: [
      ['Gateway', s.gateway],
      ['System', s.system],
      ['Protection Domain', s.protectionDomain],
      ['Storage Pool', s.storagePool],
      ['Storage Mode', s.storageMode],
      ['VolumeName', s.volumeName],
      ['FSType', s.fsType],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  cephfs: (s) => ({
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [
      ['Monitors', goList(s.monitors)],
      ['Path', s.path],
      ['User', s.user],
      ['SecretFile', s.secretFile],
      ['SecretRef', reference(s.secretRef)],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  storageos: (s) => ({
    type: 'StorageOS (a StorageOS Persistent Disk resource)',
    fields: [
      ['VolumeName', s.volumeName],
      ['VolumeNamespace', s.volumeNamespace],
      ['FSType', s.fsType],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  fc: (s) => ({
    type: 'FC (a Fibre Channel disk)',
    fields: [
      ['TargetWWNs', (s.targetWWNs ?? []).join(', ')],
      ['LUN', s.lun ?? '<none>'],
      ['FSType', s.fsType],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  azureFile: (s) => ({
    type: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    fields: [
      ['SecretName', s.secretName],
      ['ShareName', s.shareName],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  flexVolume: (s) => ({
    type: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    fields: [
      ['Driver', s.driver],
      ['FSType', s.fsType],
      ['SecretRef', reference(s.secretRef)],
      ['ReadOnly', s.readOnly ?? false],
      [
        'Options',
        `map[${sortedKeys(s.options)
          .map((k) => `${k}:${s.options?.[k]}`)
          .join(' ')}]`,
      ],
    ],
  }),
  flocker: (s) => ({
    type: 'Flocker (a Flocker volume mounted by the Flocker agent)',
    fields: [
      ['DatasetName', s.datasetName],
      ['DatasetUUID', s.datasetUUID],
    ],
  }),
  projected: (s) => ({
    type: 'Projected (a volume that contains injected data from multiple sources)',
    fields: projections(s),
  }),
  csi: (s) => ({
    type: 'CSI (a Container Storage Interface (CSI) volume source)',
    fields: [
      ['Driver', s.driver],
      ['FSType', s.fsType],
      ['ReadOnly', s.readOnly ?? false],
    ],
  }),
  image: (s) => ({
    type: 'Image (a container image or OCI artifact)',
    fields: [
      ['Reference', s.reference],
      ['PullPolicy', s.pullPolicy],
    ],
  }),
};

function projections(projected: ProjectedVolumeSource): [string, Value][] {
  return (projected.sources ?? []).flatMap(({ secret, downwardAPI, configMap, serviceAccountToken }): [string, Value][] => {
    if (secret)
      return [
        ['SecretName', secret.name],
        ['Optional', secret.optional ?? false],
      ];
    if (downwardAPI) return [['DownwardAPI', true]];
    if (configMap)
      return [
        ['ConfigMapName', configMap.name],
        ['Optional', configMap.optional ?? false],
      ];
    if (serviceAccountToken) return [['TokenExpirationSeconds', serviceAccountToken.expirationSeconds]];
    return [];
  });
}

export function writeVolumes(w: PrefixWriter, volumes: readonly Volume[] | undefined, indent: '' | '  '): void {
  if (!volumes?.length) {
    w.write(0, `${indent}Volumes:\t<none>\n`);
    return;
  }
  w.write(0, `${indent}Volumes:\n`);
  for (const volume of volumes) {
    w.write(1, `${indent === '' ? '' : ' '}${volume.name}:\n`);
    writeSource(w, volume);
  }
}

function writeSource(w: PrefixWriter, volume: Volume): void {
  if (volume.downwardAPI) {
    w.write(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)\n');
    w.write(2, 'Items:\n');
    for (const { fieldRef, resourceFieldRef, path } of volume.downwardAPI.items ?? []) {
      if (fieldRef) w.write(3, `${fieldRef.fieldPath} -> ${path}\n`);
      if (resourceFieldRef) w.write(3, `${resourceFieldRef.resource} -> ${path}\n`);
    }
    return;
  }
  if (volume.ephemeral) {
    w.write(2, 'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)\n');
    if (volume.ephemeral.volumeClaimTemplate) writeClaimTemplate(w, volume.ephemeral.volumeClaimTemplate);
    return;
  }
  const shown = shownOf(volume);
  if (!shown) {
    w.write(1, '<unknown>\n');
    return;
  }
  w.write(2, `Type:\t${shown.type}\n`);
  for (const [label, value] of shown.fields) w.write(2, `${oddLabels[label] ?? `${label}:`}\t${value ?? ''}\n`);
  if (volume.csi) writeAttributes(w, volume.csi.volumeAttributes);
}

function shownOf(volume: Volume): Shown | undefined {
  for (const key of Object.keys(simple) as (keyof Sources)[]) {
    const source = volume[key];
    if (source !== undefined) return (simple[key] as (source: unknown) => Shown)(source);
  }
  return undefined;
}

function writeAttributes(w: PrefixWriter, attributes: Readonly<Record<string, string>> | undefined): void {
  const lines = sortedKeys(attributes)
    .map((key) => `${key}=${attributes?.[key]}`)
    .map((line) => (line.length > 140 ? `${line.slice(0, 140)}...` : line));
  if (lines.length === 0) w.write(2, 'VolumeAttributes:\t<none>\n');
  else writeIndented(w, 'VolumeAttributes', lines);
}

/** kubectl writes the parts of these lines one by one, each with the indent of its level. */
function writeIndented(w: PrefixWriter, title: string, lines: readonly string[]): void {
  w.write(2, `${title}:\t    ${lines.join('\n        \t    ')}\n`);
}

function writeClaimTemplate(w: PrefixWriter, template: PersistentVolumeClaimTemplate): void {
  const { spec, metadata } = template;
  w.write(2, `StorageClass:\t${spec.storageClassName ?? ''}\n`);
  w.write(2, `Volume:\t${spec.volumeName ?? ''}\n`);
  writeIndented(w, 'Labels', orNone(sortedKeys(metadata?.labels).map((key) => `${key}=${metadata?.labels?.[key]}`)));
  writeIndented(w, 'Annotations', orNone(annotationLines(metadata?.annotations)));
  w.write(2, `Capacity:\t${spec.volumeName ? '0' : ''}\n`);
  w.write(2, 'Access Modes:\t\n');
  if (spec.volumeMode !== undefined) w.write(2, `VolumeMode:\t${spec.volumeMode}\n`);
  if (!spec.dataSource) return;
  w.write(2, 'DataSource:\n');
  if (spec.dataSource.apiGroup !== undefined) w.write(3, `APIGroup:\t${spec.dataSource.apiGroup}\n`);
  w.write(3, `Kind:\t${spec.dataSource.kind}\n`);
  w.write(3, `Name:\t${spec.dataSource.name}\n`);
}

const orNone = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? ['<none>'] : lines);
