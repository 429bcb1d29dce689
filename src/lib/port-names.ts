// Names of well-known ports, as Debian's /etc/services has them: what tools print instead of numbers.
const names: Readonly<Record<string, string>> = {
  tcp: `20 ftp-data 21 ftp 22 ssh 23 telnet 25 smtp 53 domain 80 http 88 kerberos 110 pop3 143 imap2 161 snmp 389 ldap 443 https 465 submissions
    514 shell 554 rtsp 587 submission 636 ldaps 853 domain-s 873 rsync 989 ftps-data 990 ftps 993 imaps 995 pop3s 1080 socks 1194 openvpn
    1433 ms-sql-s 1812 radius 2049 nfs 3306 mysql 3389 ms-wbt-server 3690 svn 4369 epmd 5060 sip 5222 xmpp-client 5269 xmpp-server
    5432 postgresql 5666 nrpe 5671 amqps 5672 amqp 6000 x11 6379 redis 6514 syslog-tls 6667 ircd 8080 http-alt 8081 tproxy 8140 puppet
    9101 bacula-dir 9102 bacula-fd 9103 bacula-sd 9418 git 10000 webmin 10050 zabbix-agent 10051 zabbix-trapper`,
  udp: `21 fsp 53 domain 69 tftp 88 kerberos 123 ntp 161 snmp 389 ldap 443 https 514 syslog 554 rtsp 636 ldaps 853 domain-s 1194 openvpn
    1434 ms-sql-m 1812 radius 2049 nfs 5060 sip 5353 mdns`,
  sctp: '5672 amqp',
};

const tables = new Map<string, Map<number, string>>();

export function portName(port: number, protocol: 'tcp' | 'udp' | 'sctp'): string | undefined {
  let table = tables.get(protocol);
  if (!table) {
    const words = names[protocol]?.split(/\s+/) ?? [];
    table = new Map(words.flatMap((word, i): [number, string][] => (i % 2 === 0 ? [[Number(word), words[i + 1] as string]] : [])));
    tables.set(protocol, table);
  }
  return table.get(port);
}
