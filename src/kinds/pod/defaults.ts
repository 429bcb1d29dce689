// What the API fills into a PodSpec, wherever it stands, and into a Pod alone. Mirrors pkg/apis/core/v1/defaults.go of Kubernetes.
import { parseImageReference } from '../../lib/image-reference.js';
import { formatQuantity } from '../../lib/quantity.js';
import type {
  Container,
  DownwardAPIVolumeFile,
  EnvVar,
  Lifecycle,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Probe,
  Volume,
} from '../../model/generated/api.js';
import { containerResources, roundUp } from '../pod-resources.js';
import { visitContainers } from './visit.js';

/** Defaults of the PodSpec of a Pod or of a template; writes into `spec`. */
function defaultPodSpec(spec: PodSpec): void {
  dropDisabledFields(spec);
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  mirrorServiceAccount(spec);
  roundUp(spec.overhead, spec.resources?.limits, spec.resources?.requests);
  for (const { c } of visitContainers(spec, '')) defaultContainer(c);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

export function defaultPodTemplate(template: PodTemplateSpec): void {
  template.metadata ??= {};
  template.spec ??= { containers: [] };
  defaultPodSpec(template.spec);
}

/** The old name of the field shows the same value as the new one, which wins. */
export function mirrorServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function defaultContainer(c: Container): void {
  c.imagePullPolicy ||= pullPolicy(c.image);
  c.terminationMessagePath ||= '/dev/termination-log';
  c.terminationMessagePolicy ||= 'File';
  c.resources ??= {};
  roundUp(c.resources.limits, c.resources.requests);
  for (const port of c.ports ?? []) port.protocol ||= 'TCP';
  for (const env of c.env ?? []) defaultEnv(env);
  for (const probe of [c.livenessProbe, c.readinessProbe, c.startupProbe]) if (probe) defaultProbe(probe);
  if (c.lifecycle) defaultLifecycle(c.lifecycle);
}

function defaultEnv(env: EnvVar): void {
  const field = env.valueFrom?.fieldRef;
  if (field) field.apiVersion ||= 'v1';
  const resource = env.valueFrom?.resourceFieldRef;
  if (resource) resource.divisor ??= '0';
  const file = env.valueFrom?.fileKeyRef;
  if (file) file.optional ??= false;
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHTTPGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultLifecycle(lifecycle: Lifecycle): void {
  for (const handler of [lifecycle.postStart, lifecycle.preStop]) if (handler?.httpGet) defaultHTTPGet(handler.httpGet);
}

function defaultHTTPGet(get: NonNullable<Probe['httpGet']>): void {
  get.path ||= '/';
  get.scheme ||= 'HTTP';
}

function defaultHostPorts(spec: PodSpec): void {
  for (const c of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    for (const port of c.ports ?? []) port.hostPort ||= port.containerPort;
  }
}

/** Defaults that only a Pod itself gets, not the templates that make Pods. */
export function defaultPod(pod: Pod): void {
  pod.spec ??= { containers: [] };
  defaultPodSpec(pod.spec);
  pod.spec.enableServiceLinks ??= true;
  if (pod.spec.hostNetwork) defaultHostPorts(pod.spec);
  for (const c of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) {
    if (c.resources?.limits) c.resources.requests = { ...c.resources.limits, ...c.resources.requests };
  }
  defaultPodResources(pod.spec);
}

const podLevelResources = new Set(['cpu', 'memory']);

/** Pod-level resources that are left open. Limits of huge pages: the sum of the containers'. Requests: that sum of theirs, else the limit. */
function defaultPodResources(spec: PodSpec): void {
  if (Object.keys({ ...spec.resources?.limits, ...spec.resources?.requests }).length === 0) return;
  for (const [name, sum] of containerResources(spec, 'limits')) {
    if (!name.startsWith('hugepages-') || !spec.resources || spec.resources.requests?.[name] !== undefined) continue;
    spec.resources.limits = { [name]: formatQuantity(sum), ...spec.resources.limits };
  }
  const limits = spec.resources?.limits;
  if (!spec.resources || !limits || Object.keys(limits).length === 0) return;
  const requests: Record<string, string> = { ...spec.resources.requests };
  for (const [name, sum] of containerResources(spec, 'requests')) if (podLevelResources.has(name)) requests[name] ??= formatQuantity(sum);
  for (const [name, limit] of Object.entries(limits))
    if (podLevelResources.has(name) || name.startsWith('hugepages-')) requests[name] ??= limit;
  spec.resources.requests = requests;
}

/** When an image is pulled if nobody said: "latest", written or meant, is always pulled; what is no valid name is left for the kubelet to complain about. */
const pullPolicy = (image: string | undefined): string => (parseImageReference(image ?? '')?.tag === 'latest' ? 'Always' : 'IfNotPresent');

// Defaults of a Pod's volumes. Mirrors SetDefaults_*VolumeSource in pkg/apis/core/v1/defaults.go and the +default marks of k8s.io/api/core/v1.

const readableByAll = 0o644;

function defaultVolume(v: Volume): void {
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
  if (v.ephemeral?.volumeClaimTemplate) {
    const { spec } = v.ephemeral.volumeClaimTemplate;
    spec.volumeMode ??= 'Filesystem';
    roundUp(spec.resources?.limits, spec.resources?.requests);
  }
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

/**
 * Fields of features that are off in 1.36 unless their gate is opened: the API server forgets them. Mirrors dropDisabledFields
 * of pkg/api/pod/util.go of Kubernetes.
 */
function dropDisabledFields(spec: PodSpec): void {
  // GenericWorkload
  delete spec.schedulingGroup;
  // ContainerStopSignals
  for (const { c } of visitContainers(spec, '')) {
    if (c.lifecycle?.stopSignal === undefined) continue;
    delete c.lifecycle.stopSignal;
    if (Object.keys(c.lifecycle).length === 0) delete c.lifecycle;
  }
  for (const { projected } of spec.volumes ?? []) {
    // ClusterTrustBundleProjection, PodCertificateRequest
    for (const source of projected?.sources ?? []) {
      delete source.clusterTrustBundle;
      delete source.podCertificate;
    }
  }
}
