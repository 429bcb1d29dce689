// Every tool by name: a file here and a line in the list.
import type { Program } from '../process.js';
import { awk } from './awk/index.js';
import { mysql, mysqladmin, pgIsready, psql, redisCli } from './clients.js';
import { cut, fold, nl, paste, rev, tac, tr } from './columns.js';
import { curl } from './curl/index.js';
import { dig } from './dig/index.js';
import { basename, cp, dirname, ls, mkdir, mv, pwd, readlink, realpath, rm, rmdir, touch, truncate } from './files.js';
import { du } from './du.js';
import { getent } from './getent.js';
import { grep } from './grep.js';
import { arp, ifconfig, route } from './ifconfig.js';
import { ip } from './ip.js';
import { host } from './isc.js';
import { kill } from './kill.js';
import { nc, telnet } from './netcat.js';
import { netstat, ss } from './netstat.js';
import { nslookup } from './nslookup.js';
import { expr, factor, seq } from './numbers.js';
import { ping, traceroute } from './ping.js';
import { sed } from './sed/index.js';
import { sort, uniq, wc } from './sort.js';
import { base64, md5sum, sha1sum, sha256sum, sha512sum } from './sums.js';
import { date, echo, hostname, id, nproc, printenv, ps, sleep, tty, uname, which, whoami, yes } from './system.js';
import { cat, head, tail, tee } from './text.js';
import { wget } from './wget/index.js';

export const tools: Readonly<Record<string, Program>> = {
  arp,
  awk,
  base64,
  basename,
  cat,
  cp,
  curl,
  cut,
  date,
  dig,
  dirname,
  du,
  echo,
  egrep: grep,
  expr,
  factor,
  false: () => 1,
  fgrep: grep,
  fold,
  gawk: awk,
  getent,
  grep,
  head,
  host,
  hostname,
  id,
  ifconfig,
  ip,
  kill,
  ls,
  mawk: awk,
  md5sum,
  mkdir,
  // Without a terminal it shows all at once.
  more: cat,
  mv,
  mysql,
  mysqladmin,
  nc,
  netcat: nc,
  netstat,
  nl,
  nproc,
  nslookup,
  paste,
  pg_isready: pgIsready,
  ping,
  ping6: ping,
  printenv,
  ps,
  psql,
  pwd,
  readlink,
  realpath,
  'redis-cli': redisCli,
  rev,
  rm,
  rmdir,
  route,
  sed,
  seq,
  sha1sum,
  sha256sum,
  sha512sum,
  sleep,
  sort,
  ss,
  tac,
  tail,
  tee,
  telnet,
  touch,
  tr,
  traceroute,
  traceroute6: traceroute,
  true: () => 0,
  truncate,
  tty,
  uname,
  uniq,
  wc,
  wget,
  which,
  whoami,
  yes,
};
