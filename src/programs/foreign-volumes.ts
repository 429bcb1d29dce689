// Volumes that want a server, a driver or a disk, which no node of the lab has: what its kubelet says of each.
// Mirrors pkg/volume/{nfs,iscsi,fc,csi,git_repo} and operationexecutor of Kubernetes, and csi-translation-lib for disks of clouds.
import type { Pod, Volume } from '../model/generated/api.js';

/** Why a Pod's volumes are not there. */
export interface MountFailure {
  readonly reason: 'FailedMount' | 'FailedAttachVolume';
  /** Absent: it is waited for, and nothing is said. */
  readonly message?: string;
  /** Milliseconds until somebody gives up and says so. */
  readonly after?: number;
}

const failedMount = (message: string): MountFailure => ({ reason: 'FailedMount', message });

export const setUpFailed = (volume: string, why: string): MountFailure =>
  failedMount(`MountVolume.SetUp failed for volume ${JSON.stringify(volume)} : ${why}`);

const attachFailed = (volume: string, why: string): MountFailure =>
  failedMount(`MountVolume.WaitForAttach failed for volume ${JSON.stringify(volume)} : ${why}`);

/** undefined for volumes that a node makes by itself. */
export function foreignVolume(pod: Pod, v: Volume): MountFailure | undefined {
  if (v.nfs) return setUpFailed(v.name, nfsProblem(pod, v.name, v.nfs));
  if (v.iscsi) return attachFailed(v.name, 'executable file not found in $PATH');
  if (v.fc) return attachFailed(v.name, 'no fc disk found');
  if (v.csi) {
    const why = `driver name ${v.csi.driver} not found in the list of registered CSI drivers`;
    return setUpFailed(v.name, `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: ${why}`);
  }
  if (v.gitRepo) return setUpFailed(v.name, gitRepoDisabled);
  if (v.image) return setUpFailed(v.name, 'kubelab does not simulate volumes of the type image');
  return cloudDisk(v) ?? (withoutPlugin.some((type) => v[type]) ? noPlugin(v.name) : undefined);
}

const gitRepoDisabled =
  'git-repo volume plugin has been disabled; if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`';

/** The nodes have mount, but not its helper for NFS. */
function nfsProblem(pod: Pod, name: string, { server, path, readOnly }: NonNullable<Volume['nfs']>): string {
  const target = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~nfs/${name}`;
  const helper = 'bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.';
  return [
    'mount failed: exit status 32',
    'Mounting command: mount',
    `Mounting arguments: -t nfs ${readOnly ? '-o ro ' : ''}${server}:${path} ${target}`,
    `Output: mount: ${target}: ${helper}`,
    '       dmesg(1) may have more information after failed mount system call.\n',
  ].join('\n');
}

/** Types that kubelets know no more, or only with a driver that an administrator installs. */
const withoutPlugin: readonly (keyof Volume)[] = [
  ...(['cephfs', 'flexVolume', 'flocker', 'glusterfs', 'photonPersistentDisk', 'quobyte', 'rbd', 'scaleIO', 'storageos'] as const),
];

const noPlugin = (name: string): MountFailure =>
  failedMount(
    `Unable to attach or mount volumes: unmounted volumes=[${name}], unattached volumes=[], failed to process volumes=[${name}]: failed to get Plugin from volumeSpec for volume ${JSON.stringify(name)} err=no volume plugin matched`,
  );

const attachTimeout = 120_000;

/** A disk that a CSI driver would attach to the node: its controller waits for one in vain. */
function cloudDisk(v: Volume): MountFailure | undefined {
  const waiting = (driver: string, disk: string, name = `${driver}-${disk}`): MountFailure => ({
    reason: 'FailedAttachVolume',
    message: `AttachVolume.Attach failed for volume ${JSON.stringify(name)} : timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${disk}`,
    after: attachTimeout,
  });
  if (v.awsElasticBlockStore) return waiting('ebs.csi.aws.com', v.awsElasticBlockStore.volumeID);
  if (v.azureDisk) return waiting('disk.csi.azure.com', v.azureDisk.diskURI, v.azureDisk.diskURI);
  if (v.cinder) return waiting('cinder.csi.openstack.org', v.cinder.volumeID);
  if (v.gcePersistentDisk) {
    const { pdName } = v.gcePersistentDisk;
    const disk = `projects/UNSPECIFIED/zones/UNSPECIFIED/disks/${pdName}`;
    return waiting('pd.csi.storage.gke.io', disk, `pd.csi.storage.gke.io-${pdName}`);
  }
  if (v.portworxVolume) return waiting('pxd.portworx.com', v.portworxVolume.volumeID);
  if (v.vsphereVolume) return waiting('csi.vsphere.vmware.com', v.vsphereVolume.volumePath);
  return v.azureFile ? { reason: 'FailedAttachVolume' } : undefined;
}
