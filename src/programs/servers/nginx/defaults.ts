// The configuration that nginx's images bring, in as few words as say the same.

const types = {
  'text/html': 'html htm shtml',
  'text/css': 'css',
  'text/xml': 'xml',
  'image/gif': 'gif',
  'image/jpeg': 'jpeg jpg',
  'application/javascript': 'js',
  'application/atom+xml': 'atom',
  'application/rss+xml': 'rss',
  'text/plain': 'txt',
  'image/png': 'png',
  'image/svg+xml': 'svg svgz',
  'image/webp': 'webp',
  'image/x-icon': 'ico',
  'font/woff': 'woff',
  'font/woff2': 'woff2',
  'application/json': 'json',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/wasm': 'wasm',
  'video/mp4': 'mp4',
  'audio/mpeg': 'mp3',
};

const mimeTypes = `types {\n${Object.entries(types)
  .map(([type, ends]) => `    ${type} ${ends};\n`)
  .join('')}}\n`;

const main = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`;

/** What every server block of the images does with "/" unless told otherwise. */
const pages = ['root   /usr/share/nginx/html;', 'index  index.html index.htm;'];

const block = (lines: readonly string[], indent: string): string => lines.map((l) => `${indent}${l}\n`).join('');

/** Files below /etc/nginx of an image whose one server says `lines` and does `slash` with "/". */
export const nginxFiles = (lines: readonly string[], slash: readonly string[] = pages): Readonly<Record<string, string>> => ({
  '/etc/nginx/nginx.conf': main,
  '/etc/nginx/mime.types': mimeTypes,
  '/etc/nginx/conf.d/default.conf': `server {
${block(lines, '    ')}    server_name  localhost;

    location / {
${block(slash, '        ')}    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`,
});

/** Made for kubelab, like all that signs itself; its key was thrown away. */
export const localhostCertificate = `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUGwoNF8nj96JEMkhxGswt7EwafgkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE5MjkwNFoYDzIxMjYxMDI4
MTkyOTA0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASqD/iOAEp47199PLU0Ae/VCSIxtnsIRAUIT1S3pTK9spUfEu4o1ZPy
kMYYBbL8LwoTUYR6draQkV0n+XHGml74o2kwZzAdBgNVHQ4EFgQUj31IunpcYHS2
O33SSVLpcBRWS+gwHwYDVR0jBBgwFoAUj31IunpcYHS2O33SSVLpcBRWS+gwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
RwAwRAIgDk1Ze+WWEwi/SLu69y3OHvdoNjralSqZqE5C4qnFHVwCIDxGwqwLrnmd
EXEu/9LWPbPxaxkVBSAfw70CT/Tiq1XJ
-----END CERTIFICATE-----
`;

export const nginxPage = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;
