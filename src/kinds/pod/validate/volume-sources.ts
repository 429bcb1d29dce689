// What each kind of volume source must have. Mirrors the validate*VolumeSource functions of Kubernetes.
import { isDNS1123Subdomain } from '../../../lib/names.js';
import { type FieldError, forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../model/field-error.js';
import type { ISCSIVolumeSource, KeyToPath, Volume } from '../../../model/generated/api.js';
import { validateClaimTemplate } from './claim-template.js';
import { validateDownwardFile, validateKeyToPath, validateProjected } from './projected.js';
import { descendingPath, dnsLabel, dnsSubdomain, fileMode, ifAnyOneOf, noBacksteps, present, pullPolicy, wrong } from '../../rules.js';

export type SourceName = Exclude<keyof Volume, 'name'>;
type Rules = { readonly [K in SourceName]: (source: NonNullable<Volume[K]>, path: string) => FieldError[] };

const partition = (path: string, value: number | undefined): FieldError[] =>
  (value ?? 0) < 0 || (value ?? 0) > 255 ? [invalidValue(path, value, 'must be between 1 and 255, inclusive')] : [];

const secretName = (path: string, ref: { name?: string } | undefined): FieldError[] =>
  ref ? present(`${path}.secretRef.name`, ref.name) : [];

/** In the order in which the API server looks for them: of two sources the later one is refused. */
export const sourceRules: Rules = {
  emptyDir: (s, path) =>
    s.sizeLimit?.startsWith('-') ? [forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : [],
  hostPath: (s, path) => {
    if (!s.path) return [required(`${path}.path`)];
    const types = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
    return [...noBacksteps(`${path}.path`, s.path), ...ifAnyOneOf(`${path}.type`, s.type, types)];
  },
  gitRepo: (s, path) => [...present(`${path}.repository`, s.repository), ...descendingPath(`${path}.directory`, s.directory ?? '')],
  gcePersistentDisk: (s, path) => [...present(`${path}.pdName`, s.pdName), ...partition(`${path}.partition`, s.partition)],
  awsElasticBlockStore: (s, path) => [...present(`${path}.volumeID`, s.volumeID), ...partition(`${path}.partition`, s.partition)],
  secret: (s, path) => [
    ...present(`${path}.secretName`, s.secretName),
    ...fileMode(`${path}.defaultMode`, s.defaultMode),
    ...items(s.items, path),
  ],
  nfs: (s, path) => [
    ...present(`${path}.server`, s.server),
    ...present(`${path}.path`, s.path),
    ...(s.path?.startsWith('/') ? [] : [invalidValue(`${path}.path`, s.path ?? '', 'must be an absolute path')]),
  ],
  iscsi: (s, path) => validateISCSI(s, path),
  glusterfs: (s, path) => [...present(`${path}.endpoints`, s.endpoints), ...present(`${path}.path`, s.path)],
  flocker: ({ datasetName, datasetUUID }, path) => [
    ...(datasetName || datasetUUID ? [] : [required(path, 'one of datasetName and datasetUUID is required')]),
    ...(datasetName && datasetUUID
      ? [invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')]
      : []),
    ...(datasetName?.includes('/') ? [invalidValue(`${path}.datasetName`, datasetName, "must not contain '/'")] : []),
  ],
  persistentVolumeClaim: (s, path) => present(`${path}.claimName`, s.claimName),
  rbd: (s, path) => [...(s.monitors?.length ? [] : [required(`${path}.monitors`)]), ...present(`${path}.image`, s.image)],
  cinder: (s, path) => [...present(`${path}.volumeID`, s.volumeID), ...secretName(path, s.secretRef)],
  cephfs: (s, path) => (s.monitors?.length ? [] : [required(`${path}.monitors`)]),
  quobyte: (s, path) => {
    const words = 'must be a host:port pair or multiple pairs separated by commas';
    const pairs = (s.registry ?? '').split(',').filter((pair) => !/^(\[[^\]]*\]|[^:]*):[^:]*$/.test(pair));
    const registry = !s.registry
      ? [required(`${path}.registry`, words)]
      : (s.tenant ?? '').length >= 65
        ? [required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
        : pairs.map(() => invalidValue(`${path}.registry`, s.registry, words));
    return [...registry, ...present(`${path}.volume`, s.volume)];
  },
  downwardAPI: (s, path) => [
    ...fileMode(`${path}.defaultMode`, s.defaultMode),
    ...(s.items ?? []).flatMap((file) => validateDownwardFile(file, path)),
  ],
  fc: ({ targetWWNs = [], wwids = [], lun }, path) => {
    const errors: FieldError[] = [];
    const at = `${path}.targetWWNs`;
    if (targetWWNs.length + wwids.length === 0) errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
    if (targetWWNs.length > 0 && wwids.length > 0) {
      errors.push(invalidValue(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
    }
    if (targetWWNs.length === 0) return errors;
    if (lun === undefined) errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
    else if (lun < 0 || lun > 255) errors.push(invalidValue(`${path}.lun`, lun, 'must be between 0 and 255, inclusive'));
    return errors;
  },
  flexVolume: (s, path) => [
    ...present(`${path}.driver`, s.driver),
    ...Object.keys(s.options ?? {}).flatMap((key) => reservedOption(key, path)),
  ],
  configMap: (s, path) => [...present(`${path}.name`, s.name), ...fileMode(`${path}.defaultMode`, s.defaultMode), ...items(s.items, path)],
  azureFile: (s, path) => [...present(`${path}.secretName`, s.secretName), ...present(`${path}.shareName`, s.shareName)],
  vsphereVolume: (s, path) => present(`${path}.volumePath`, s.volumePath),
  photonPersistentDisk: (s, path) => present(`${path}.pdID`, s.pdID),
  portworxVolume: (s, path) => present(`${path}.volumeID`, s.volumeID),
  azureDisk: (s, path) => {
    const at = `${path}.diskURI`;
    const managed = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
    const blob = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
    const [start, words] = s.kind === 'Managed' ? ['/subscriptions/', managed] : ['https://', blob];
    return [
      ...present(`${path}.diskName`, s.diskName),
      ...present(at, s.diskURI),
      ...ifAnyOneOf(`${path}.cachingMode`, s.cachingMode, ['None', 'ReadOnly', 'ReadWrite']),
      ...ifAnyOneOf(`${path}.kind`, s.kind, ['Dedicated', 'Managed', 'Shared']),
      ...((s.diskURI ?? '').startsWith(start) ? [] : [notSupported(at, s.diskURI ?? '', [words])]),
    ];
  },
  storageos: (s, path) => [
    ...(s.volumeName ? dnsLabel(`${path}.volumeName`, s.volumeName) : [required(`${path}.volumeName`)]),
    ...(s.volumeNamespace ? dnsLabel(`${path}.volumeNamespace`, s.volumeNamespace) : []),
    ...secretName(path, s.secretRef),
  ],
  projected: (s, path) => validateProjected(s, path),
  scaleIO: (s, path) => [
    ...present(`${path}.gateway`, s.gateway),
    ...present(`${path}.system`, s.system),
    ...present(`${path}.volumeName`, s.volumeName),
  ],
  csi: ({ driver = '', nodePublishSecretRef }, path) => {
    const at = `${path}.driver`;
    const name = nodePublishSecretRef?.name ?? '';
    return [
      ...(driver.length > 63 ? [tooLong(at, 63)] : []),
      ...(driver ? wrong(at, driver, isDNS1123Subdomain(driver.toLowerCase())) : [required(at)]),
      ...(nodePublishSecretRef && !name ? [required(`${path}.nodePublishSecretRef.name`)] : []),
      ...(name ? dnsSubdomain(`${path}.name`, name) : []),
    ];
  },
  ephemeral: (s, path) =>
    s.volumeClaimTemplate
      ? validateClaimTemplate(s.volumeClaimTemplate, `${path}.volumeClaimTemplate`)
      : [required(`${path}.volumeClaimTemplate`)],
  image: (s, path) => [...present(`${path}.reference`, s.reference), ...pullPolicy(`${path}.pullPolicy`, s.pullPolicy)],
};

export const sourceNames = Object.keys(sourceRules) as SourceName[];

const items = (list: readonly KeyToPath[] | undefined, path: string): FieldError[] =>
  (list ?? []).flatMap((item, i) => validateKeyToPath(item, `${path}.items[${i}]`));

function reservedOption(key: string, path: string): FieldError[] {
  const domain = `.${(key.includes('/') ? key.slice(0, key.indexOf('/')) : key).toLowerCase()}`;
  if (!domain.endsWith('.kubernetes.io') && !domain.endsWith('.k8s.io')) return [];
  return [invalidValue(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')];
}

const initiatorForms: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([0-9A-Za-z\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[0-9A-Za-z]{16}$/,
  naa: /^naa.[0-9A-Za-z]{32}$/,
};

function validateInitiator(name: string, path: string): FieldError[] {
  const form = initiatorForms[name.slice(0, 3)];
  if (!form) return [invalidValue(path, name, 'must be valid format starting with iqn, eui, or naa')];
  return form.test(name) ? [] : [invalidValue(path, name, 'must be valid format')];
}

const validateISCSI = (s: ISCSIVolumeSource, path: string): FieldError[] => [
  ...present(`${path}.targetPortal`, s.targetPortal),
  ...(s.iqn ? validateInitiator(s.iqn, `${path}.iqn`) : [required(`${path}.iqn`)]),
  ...((s.lun ?? 0) < 0 || (s.lun ?? 0) > 255 ? [invalidValue(`${path}.lun`, s.lun, 'must be between 0 and 255, inclusive')] : []),
  ...((s.chapAuthDiscovery || s.chapAuthSession) && !s.secretRef ? [required(`${path}.secretRef`)] : []),
  ...(s.initiatorName === undefined ? [] : validateInitiator(s.initiatorName, `${path}.initiatorname`)),
];
