// The well-known images and what is in them. Facts from the images' own documentation.
import type { Flavour, Package } from './image.js';
import { localhostCertificate, nginxFiles, nginxPage } from './servers/nginx/defaults.js';

/** What is known of an image, all its tags alike. */
export interface KnownImage {
  readonly names: readonly string[];
  readonly flavour: Flavour;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly programs?: readonly string[];
  readonly packages?: readonly Package[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly uid?: number;
  readonly size?: number;
  readonly version?: string;
  /** The newest release of each "1.25": what the tag stands for. */
  readonly releases?: readonly string[];
  readonly stopSignal?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Newest version there is: [major, minor]; tags above it do not exist. Absent: every tag exists. */
  readonly newest?: readonly [number, number];
  /** Tags that are words. */
  readonly words?: readonly string[];
  /** The name that the runtime of this lab's nodes lists first for the image, whichever tag was asked for. */
  readonly listedAs?: string;
}

const hub = (...names: string[]): string[] => names.map((n) => (n.includes('/') ? `docker.io/${n}` : `docker.io/library/${n}`));
const k8s = (...names: string[]): string[] =>
  names.flatMap((n) => [`registry.k8s.io/${n}`, `k8s.gcr.io/${n}`, `gcr.io/google_containers/${n}`]);

const distributions = ['bookworm', 'bullseye', 'buster', 'trixie', 'jammy', 'noble', 'focal', 'slim', 'stable', 'testing', 'edge'];

const sample = (names: readonly string[], program: string, more: Partial<KnownImage> = {}): KnownImage => ({
  names,
  flavour: 'debian',
  cmd: [program],
  programs: [program, 'bash'],
  ...more,
});

/** Sample applications: servers/samples.ts says where they listen and what they answer. */
const sampleImages: readonly KnownImage[] = [
  sample([...k8s('hpa-example'), ...hub('wordpress')], 'apache2-foreground', { packages: ['curl'] }),
  sample(['gcr.io/google-samples/gb-frontend', 'us-docker.pkg.dev/google-samples/containers/gke/gb-frontend'], 'apache2-foreground'),
  sample(
    [
      'gcr.io/google_samples/gb-redis-follower',
      'gcr.io/google_samples/gb-redisslave',
      'us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower',
    ],
    'redis-follower',
  ),
  sample(
    hub(
      'kodekloud/webapp-color',
      'kodekloud/simple-webapp',
      'kodekloud/simple-webapp-mysql',
      'kodekloud/webapp-conntest',
      'kodekloud/ecommerce',
    ),
    'app.py',
    { flavour: 'alpine' },
  ),
  sample(hub('kodekloud/event-simulator'), 'event-simulator', { flavour: 'alpine' }),
  sample(hub('dgkanatsios/simpleapp'), 'simpleapp'),
  sample(hub('ahmet/app-on-two-ports'), 'two-ports', { flavour: 'distroless' }),
  sample(
    [
      ...hub('bmuschko/nodejs-hello-world', 'bonomat/nodejs-hello-world'),
      'gcr.io/google-samples/node-hello',
      'us-docker.pkg.dev/google-samples/containers/gke/node-hello',
    ],
    'webserver.js',
  ),
  sample(['gcr.io/google-samples/hello-go-gke', 'us-docker.pkg.dev/google-samples/containers/gke/hello-go-gke'], 'hello-go', {
    flavour: 'distroless',
  }),
  sample(hub('openshift/hello-openshift'), 'hello-openshift', { flavour: 'distroless' }),
  sample(['gcr.io/kuar-demo/kuard-amd64'], 'kuard', { flavour: 'alpine' }),
  sample([...hub('stefanprodan/podinfo'), 'ghcr.io/stefanprodan/podinfo'], 'podinfo', { flavour: 'alpine', packages: ['curl'] }),
  sample([...hub('mccutchen/go-httpbin'), 'ghcr.io/mccutchen/go-httpbin'], 'go-httpbin', { flavour: 'distroless' }),
  sample(hub('kennethreitz/httpbin'), 'gunicorn'),
  sample(hub('tomcat'), 'catalina.sh'),
  sample(hub('fluentd', 'fluent/fluentd'), 'fluentd', { flavour: 'alpine' }),
  sample(hub('fluent/fluent-bit'), 'fluent-bit', { flavour: 'distroless' }),
  sample(hub('zookeeper'), 'zkServer.sh'),
  sample(hub('polinux/stress'), 'stress', { flavour: 'alpine' }),
  sample(hub('vish/stress'), '/stress', { flavour: 'distroless', entrypoint: ['/stress', '-logtostderr'], cmd: [] }),
];

/** Of nginxdemos' images: who answers. */
const hello = [
  'default_type text/plain;',
  'expires -1;',
  'return 200 "Server address: $server_addr:$server_port\\nServer name: $hostname\\nDate: $time_local\\nURI: $request_uri\\n";',
];

const helloNginx = (names: readonly string[], port: number): KnownImage => ({
  names,
  flavour: 'alpine',
  cmd: ['nginx', '-g', 'daemon off;'],
  programs: ['nginx', 'curl'],
  version: '1.29.3',
  files: nginxFiles([`listen       ${port};`], hello),
});

/** nginx as others than its makers pack it: without their entry point. */
const plainNginx = (names: readonly string[], port: number): KnownImage => ({
  names,
  flavour: 'debian',
  cmd: ['nginx', '-g', 'daemon off;'],
  programs: ['nginx', 'curl', 'bash'],
  version: '1.27.3',
  stopSignal: 'SIGQUIT',
  files: { '/usr/share/nginx/html/index.html': nginxPage, ...nginxFiles([`listen       ${port};`]) },
});

export const knownImages: readonly KnownImage[] = [
  ...sampleImages,
  {
    names: hub('nginx'),
    flavour: 'debian',
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    programs: ['nginx', 'curl', 'bash', '/docker-entrypoint.sh'],
    env: { NGINX_VERSION: '1.29.3', PKG_RELEASE: '1~trixie' },
    size: 31836962,
    version: '1.29.3',
    releases:
      '1.7.12 1.8.1 1.9.15 1.10.3 1.11.13 1.12.2 1.13.12 1.14.2 1.15.12 1.16.1 1.17.10 1.18.0 1.19.10 1.20.2 1.21.6 1.22.1 1.23.4 1.24.0 1.25.5 1.26.3 1.27.5 1.28.0'.split(
        ' ',
      ),
    stopSignal: 'SIGQUIT',
    files: { '/usr/share/nginx/html/index.html': nginxPage, ...nginxFiles(['listen       80;', 'listen  [::]:80;']) },
    newest: [1, 30],
    words: ['latest', 'stable', 'mainline', 'perl', 'otel', 'alpine', 'alpine-slim', 'stable-alpine', 'mainline-alpine', ...distributions],
    listedAs: '1.14.2',
  },
  plainNginx(hub('nginxinc/nginx-unprivileged'), 8080),
  plainNginx(k8s('nginx-slim'), 80),
  {
    names: hub('httpd'),
    flavour: 'debian',
    cmd: ['httpd-foreground'],
    programs: ['httpd-foreground', 'httpd', 'bash'],
    env: { HTTPD_PREFIX: '/usr/local/apache2', HTTPD_VERSION: '2.4.65' },
    workdir: '/usr/local/apache2',
    version: '2.4.65',
    stopSignal: 'SIGWINCH',
    files: { '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n' },
    newest: [2, 4],
    words: ['latest', 'alpine', ...distributions],
  },
  {
    names: [...hub('busybox'), ...k8s('busybox'), 'gcr.io/google-containers/busybox', 'registry.k8s.io/e2e-test-images/busybox'],
    flavour: 'busybox',
    cmd: ['sh'],
    size: 5673656,
    version: '1.36.1',
    newest: [1, 37],
    words: ['latest', 'stable', 'unstable', 'glibc', 'musl', 'uclibc', 'stable-glibc', 'stable-musl', 'stable-uclibc'],
    listedAs: '1.28',
  },
  { names: hub('alpine'), flavour: 'alpine', cmd: ['/bin/sh'], version: '3.22', newest: [3, 23], words: ['latest', 'edge'], size: 3800000 },
  {
    names: hub('curlimages/curl'),
    flavour: 'alpine',
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    programs: ['curl', '/entrypoint.sh'],
    uid: 100,
    version: '8.17.0',
    size: 9300000,
  },
  {
    names: hub('radial/busyboxplus', 'yauritux/busybox-curl'),
    flavour: 'busybox',
    cmd: ['/bin/sh'],
    programs: ['curl'],
    version: '1.28.4',
  },
  {
    names: hub('ubuntu'),
    flavour: 'debian',
    cmd: ['/bin/bash'],
    programs: ['bash'],
    newest: [26, 10],
    words: ['latest', 'rolling', 'devel', 'xenial', 'bionic', 'trusty', 'plucky', 'questing', ...distributions],
  },
  {
    names: hub('debian'),
    flavour: 'debian',
    cmd: ['bash'],
    programs: ['bash'],
    newest: [13, 2],
    words: ['latest', 'stretch', 'jessie', 'sid', 'unstable', 'oldstable', 'stable-slim', ...distributions],
  },
  {
    names: hub('bash'),
    flavour: 'alpine',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['bash'],
    programs: ['bash', 'docker-entrypoint.sh'],
  },
  {
    names: hub('centos', 'fedora', 'rockylinux', 'almalinux', 'amazonlinux'),
    flavour: 'debian',
    cmd: ['/bin/bash'],
    programs: ['bash', 'curl'],
  },
  {
    names: hub('redis', 'valkey/valkey'),
    flavour: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['redis-server'],
    programs: ['redis-server', 'redis-cli', 'docker-entrypoint.sh', 'bash'],
    env: { REDIS_VERSION: '8.2.3' },
    workdir: '/data',
    version: '8.2.3',
    newest: [8, 6],
    words: ['latest', 'alpine', 'windowsservercore', 'nanoserver', ...distributions],
  },
  {
    names: hub('mysql', 'mariadb', 'percona'),
    flavour: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['mysqld'],
    programs: ['mysqld', 'mysql', 'mysqladmin', 'docker-entrypoint.sh', 'bash'],
    version: '9.5.0',
  },
  {
    names: hub('postgres'),
    flavour: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['postgres'],
    programs: ['postgres', 'psql', 'pg_isready', 'docker-entrypoint.sh', 'bash'],
    version: '18.1',
    stopSignal: 'SIGINT',
    newest: [18, 9],
    words: ['latest', 'alpine', ...distributions],
  },
  {
    names: hub('mongo'),
    flavour: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['mongod'],
    programs: ['mongod', 'mongosh', 'docker-entrypoint.sh', 'bash'],
    version: '8.2.1',
    newest: [8, 3],
    words: ['latest', 'jammy', 'noble', 'focal', 'windowsservercore', 'nanoserver'],
  },
  {
    names: hub('memcached'),
    flavour: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['memcached'],
    programs: ['memcached', 'docker-entrypoint.sh', 'bash'],
    uid: 11211,
  },
  {
    names: hub('rabbitmq'),
    flavour: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['rabbitmq-server'],
    programs: ['rabbitmq-server', 'docker-entrypoint.sh', 'bash'],
  },
  { names: hub('python'), flavour: 'debian', cmd: ['python3'], programs: ['python3', 'python', 'curl', 'wget', 'bash'], version: '3.14.0' },
  {
    names: hub('node'),
    flavour: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['node'],
    programs: ['node', 'docker-entrypoint.sh', 'curl', 'wget', 'bash'],
  },
  {
    names: hub('perl', 'php', 'golang', 'openjdk', 'ruby'),
    flavour: 'debian',
    cmd: ['bash'],
    programs: ['perl', 'php', 'go', 'java', 'ruby', 'curl', 'wget', 'bash'],
  },
  {
    names: [...k8s('e2e-test-images/agnhost'), 'gcr.io/kubernetes-e2e-test-images/agnhost'],
    flavour: 'alpine',
    entrypoint: ['/agnhost'],
    cmd: ['pause'],
    programs: ['/agnhost', 'bash'],
    packages: ['bind-tools', 'curl', 'netcat-openbsd', 'iproute2'],
    version: '2.53',
  },
  {
    names: [...k8s('serve_hostname'), 'registry.k8s.io/e2e-test-images/serve-hostname'],
    flavour: 'distroless',
    entrypoint: ['/agnhost', 'serve-hostname'],
    programs: ['/agnhost'],
  },
  { names: k8s('test-webserver'), flavour: 'distroless', entrypoint: ['/agnhost', 'test-webserver'], programs: ['/agnhost'] },
  {
    names: [
      ...k8s('e2e-test-images/jessie-dnsutils'),
      ...hub('tutum/dnsutils', 'infoblox/dnstools'),
      'gcr.io/kubernetes-e2e-test-images/dnsutils',
    ],
    flavour: 'debian',
    cmd: ['sleep', '3600'],
    programs: ['bash'],
    packages: ['old-bind-tools'],
  },
  {
    names: [...k8s('pause'), 'gcr.io/google-containers/pause'],
    flavour: 'distroless',
    entrypoint: ['/pause'],
    programs: ['/pause'],
    uid: 65535,
  },
  { names: k8s('echoserver'), flavour: 'debian', entrypoint: ['echoserver'], programs: ['echoserver', 'bash'], version: '1.10' },
  {
    names: ['gcr.io/google-samples/hello-app', 'us-docker.pkg.dev/google-samples/containers/gke/hello-app'],
    flavour: 'distroless',
    entrypoint: ['./hello-app'],
    programs: ['./hello-app'],
    version: '1.0.0',
  },
  { names: hub('hashicorp/http-echo'), flavour: 'distroless', entrypoint: ['/http-echo'], programs: ['/http-echo'], version: '1.0.0' },
  { names: hub('jmalloc/echo-server'), flavour: 'distroless', entrypoint: ['/bin/echo-server'], programs: ['/bin/echo-server'] },
  { names: hub('kicbase/echo-server'), flavour: 'distroless', entrypoint: ['/bin/echo-server'], programs: ['/bin/echo-server'] },
  { names: hub('ealen/echo-server'), flavour: 'alpine', entrypoint: ['node', 'webserver'], programs: ['node'] },
  {
    names: hub('traefik/whoami', 'containous/whoami', 'jwilder/whoami'),
    flavour: 'distroless',
    entrypoint: ['/whoami'],
    programs: ['/whoami'],
  },
  helloNginx(hub('nginxdemos/hello'), 80),
  helloNginx(hub('nginxdemos/nginx-hello'), 8080),
  {
    names: hub('wbitt/network-multitool', 'praqma/network-multitool'),
    flavour: 'alpine',
    entrypoint: ['/docker/entrypoint.sh'],
    cmd: ['/usr/sbin/nginx', '-g', 'daemon off;'],
    programs: ['nginx', 'bash', '/docker/entrypoint.sh'],
    packages: ['bind-tools', 'curl', 'iproute2', 'iputils', 'jq', 'net-tools', 'openssl', 'procps', 'tcpdump', 'wget'],
    files: {
      ...nginxFiles(
        ['listen       80;', 'listen       443 ssl;', 'ssl_certificate /certs/server.crt;', 'ssl_certificate_key /certs/server.key;'],
        [
          'default_type text/html;',
          'return 200 "WBITT Network MultiTool (with NGINX) - $hostname - $server_addr - HTTP: 80 , HTTPS: 443 . (Formerly praqma/network-multitool)\\n";',
        ],
      ),
      '/certs/server.crt': localhostCertificate,
    },
  },
  {
    names: hub('nicolaka/netshoot'),
    flavour: 'alpine',
    cmd: ['zsh'],
    programs: ['zsh', 'bash'],
    packages: ['bind-tools', 'curl', 'iproute2', 'iptables', 'iputils', 'jq', 'netcat-openbsd', 'nmap', 'openssl', 'tcpdump'],
  },
  {
    names: ['gcr.io/google-samples/kubernetes-bootcamp', ...hub('jocatalin/kubernetes-bootcamp')],
    flavour: 'debian',
    cmd: ['/bin/sh', '-c', 'node server.js'],
    programs: ['node', 'curl', 'bash'],
    newest: [2, 0],
    words: ['latest', 'v1', 'v2'],
  },
  {
    names: [...k8s('coredns/coredns', 'coredns'), ...hub('coredns/coredns')],
    flavour: 'distroless',
    entrypoint: ['/coredns'],
    programs: ['/coredns'],
  },
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(
    (name): KnownImage => ({ names: k8s(name), flavour: 'distroless', cmd: [name], programs: [name], newest: [1, 36] }),
  ),
  { names: k8s('etcd'), flavour: 'distroless', cmd: ['etcd'], programs: ['etcd', 'etcdctl', 'etcdutl'], newest: [3, 6] },
  {
    names: ['ghcr.io/flannel-io/flannel', 'docker.io/flannel/flannel'],
    flavour: 'alpine',
    entrypoint: ['/opt/bin/flanneld'],
    programs: ['/opt/bin/flanneld'],
  },
  {
    names: ['ghcr.io/flannel-io/flannel-cni-plugin', 'docker.io/flannel/flannel-cni-plugin'],
    flavour: 'alpine',
    files: { '/flannel': '' },
  },
  {
    names: k8s('kube-proxy'),
    flavour: 'debian',
    cmd: ['/usr/local/bin/kube-proxy'],
    programs: ['/usr/local/bin/kube-proxy', 'iptables', 'iptables-save', 'ip6tables', 'ip6tables-save', 'nft', 'ipset', 'conntrack'],
  },
];
