// Pods for Windows nodes, and what Pods of one operating system may not say.
// Mirrors validateWindowsSecurityContextOptions, validateWindowsHostProcessPod, validateLinux and validateWindows of Kubernetes.
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../../model/field-error.js';
import type { PodSpec, WindowsSecurityContextOptions } from '../../../model/generated/api.js';
import { dnsSubdomain, wrong } from '../../rules.js';
import { visitContainers } from '../visit.js';

export function validateWindowsOptions(options: WindowsSecurityContextOptions | undefined, path: string): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  const errors = gmsaCredentialSpecName === undefined ? [] : dnsSubdomain(`${path}.gmsaCredentialSpecName`, gmsaCredentialSpecName);
  if (gmsaCredentialSpec !== undefined) {
    const at = `${path}.gmsaCredentialSpec`;
    if (gmsaCredentialSpec === '') errors.push(invalidValue(at, '', 'gmsaCredentialSpec cannot be an empty string'));
    else if (Buffer.byteLength(gmsaCredentialSpec) > 64 * 1024) {
      errors.push(invalidValue(at, gmsaCredentialSpec, 'gmsaCredentialSpec size must be under 64 KiB'));
    }
  }
  if (runAsUserName !== undefined) errors.push(...wrong(`${path}.runAsUserName`, runAsUserName, userNameProblems(runAsUserName)));
  return errors;
}

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsPart = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const dns = new RegExp(`^${dnsPart}(?:\\.${dnsPart})*$`);

function userNameProblems(name: string): string[] {
  const problem = (what: string): string => `runAsUserName${what}`;
  if (name === '') return [problem(' cannot be an empty string')];
  if (/\p{Cc}/u.test(name)) return [problem(' cannot contain control characters')];
  const parts = name.split('\\');
  if (parts.length > 2) return [problem(' cannot contain more than one backslash')];
  const user = parts[parts.length - 1] ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const found: string[] = [];
  if ((domain ?? '').length >= 256) found.push(problem("'s Domain length must be under 256 characters"));
  if (domain !== undefined && !netBios.test(domain) && !dns.test(domain))
    found.push(problem("'s Domain doesn't match the NetBios nor the DNS format"));
  if (user === '') found.push(problem("'s User cannot be empty"));
  else if (user.length > 104) found.push(problem("'s User length must not be longer than 104 characters"));
  if (/^[. ]+$/.test(user)) found.push(problem("'s User cannot contain only periods or spaces"));
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) found.push(problem('\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]'));
  return found;
}

export function validateHostProcess(spec: PodSpec, path: string): FieldError[] {
  const inherited = spec.securityContext?.windowsOptions?.hostProcess;
  const all = visitContainers(spec, path);
  const errors: FieldError[] = [];
  let count = 0;
  for (const { c, at } of all) {
    const own = c.securityContext?.windowsOptions?.hostProcess;
    if (inherited !== undefined && own !== undefined && own !== inherited) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${inherited}`;
      errors.push(invalidValue(`${at}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    if (own ?? inherited) count++;
  }
  if (count === 0) return errors;
  if (count !== all.length) {
    errors.push(invalidValue(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'));
  }
  if (!spec.hostNetwork) {
    errors.push(invalidValue(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'));
  }
  return errors;
}

export function validateOS(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return [];
  const name = spec.os.name;
  if (!name) return [required(`${path}.os.name`)];
  if (name === 'linux') return validateLinux(spec, path);
  return name === 'windows' ? validateWindows(spec, path) : [notSupported(`${path}.os`, name, ['linux', 'windows'])];
}

function validateLinux(spec: PodSpec, path: string): FieldError[] {
  const refused = [{ c: spec, at: path }, ...visitContainers(spec, path)].filter((v) => v.c.securityContext?.windowsOptions);
  return refused.map((v) => forbiddenField(`${v.at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod'));
}

/** What a Pod for Windows may not say, in the order in which it is looked for: fields of the security context, and of the Pod itself. */
const ofPod = new Set(['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace']);
const podOrder = [
  'appArmorProfile',
  'seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const containerOrder = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function validateWindows(spec: PodSpec, path: string): FieldError[] {
  const detail = 'cannot be set for a windows pod';
  const errors = podOrder.flatMap((field) => {
    const own = ofPod.has(field);
    const holder: Readonly<Record<string, unknown>> = own ? { ...spec } : { ...spec.securityContext };
    const value = holder[field];
    // hostPID and hostIPC are plain booleans, whose false says nothing.
    const says = field === 'hostPID' || field === 'hostIPC' ? value === true : value !== undefined;
    return says ? [forbiddenField(own ? `${path}.${field}` : `${path}.securityContext.${field}`, detail)] : [];
  });
  for (const { c, at } of visitContainers(spec, path)) {
    const sc = c.securityContext;
    for (const field of containerOrder)
      if (sc?.[field] !== undefined) errors.push(forbiddenField(`${at}.securityContext.${field}`, detail));
  }
  return errors;
}
