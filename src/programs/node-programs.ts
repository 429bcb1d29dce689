// Programs that only make sense on a node (and in Pods on its network, when their image has them). Adding one: a file in tools/, a line here.
import type { NodeProgram } from './process.js';
import { conntrack } from './tools/conntrack.js';
import { crictl } from './tools/crictl.js';
import { iptables, iptablesSave } from './tools/iptables.js';
import { ipset } from './tools/ipset.js';
import { ipvsadm } from './tools/ipvsadm.js';
import { systemctl } from './tools/systemctl.js';
import { nft } from './tools/nft.js';

// biome-ignore format: one a line, so that additions do not collide
export const nodePrograms: Readonly<Record<string, NodeProgram>> = {
  conntrack,
  crictl,
  iptables,
  'iptables-save': iptablesSave,
  ip6tables: iptables,
  'ip6tables-save': iptablesSave,
  ipset,
  ipvsadm,
  nft,
  systemctl,
};

/** What a node's disk holds, simulated or not: what is not says so by name. */
export const nodeTools: readonly string[] = [
  'iptables',
  'iptables-save',
  'iptables-restore',
  'ip6tables',
  'ip6tables-save',
  'ip6tables-restore',
  'nft',
  'ipvsadm',
  'ipset',
  'conntrack',
  'ip',
  'ss',
  'netstat',
  'tcpdump',
  'ping',
  'nc',
  'telnet',
  'traceroute',
  'ethtool',
  'bridge',
  'tc',
  'sysctl',
  'curl',
  'wget',
  'dig',
  'host',
  'nslookup',
  'getent',
  'systemctl',
  'journalctl',
  'crictl',
  'ctr',
  'nsenter',
  'kubeadm',
  'kubelet',
  'kubectl',
  'etcdctl',
  'reboot',
  'shutdown',
  'ps',
  'top',
  'vi',
  'vim',
  'nano',
  'less',
  'sudo',
  'openssl',
  'jq',
  'modprobe',
  'lsmod',
  'hostnamectl',
  'free',
  'lsof',
];
