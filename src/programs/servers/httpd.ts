// Apache httpd: files of a folder over HTTP.
import { normalPath } from '../files.js';
import { clfDate, httpDate, reply, type Server, serve } from '../server.js';

export const httpd: Server = {
  name: 'httpd-foreground',
  run: (p) => {
    const name = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${p.machine.host.wire.ip}. Set the 'ServerName' directive globally to suppress this message\n`;
    p.err(name);
    p.err(name);
    return serve(p, 'httpd-foreground', [{ port: 80 }]);
  },
  http: (request, at) => {
    const path = normalPath(request.path.split('?')[0] ?? '/');
    const root = '/usr/local/apache2/htdocs';
    const body = at.files.read(path === '/' ? `${root}/index.html` : `${root}${path}`);
    const common: [string, string][] = [
      ['Date', httpDate(at.now)],
      ['Server', `Apache/${at.image.version} (Unix)`],
    ];
    if (body === undefined) {
      const page = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n`;
      return reply(
        404,
        'Not Found',
        [...common, ['Content-Length', String(page.length)], ['Content-Type', 'text/html; charset=iso-8859-1']],
        page,
      );
    }
    return reply(
      200,
      'OK',
      [
        ...common,
        ['Last-Modified', httpDate(at.startedAt)],
        ['Accept-Ranges', 'bytes'],
        ['Content-Length', String(Buffer.byteLength(body))],
        ['Content-Type', 'text/html'],
      ],
      body,
    );
  },
  log: (request, answer, at) =>
    `${at.client.ip} - - [${clfDate(at.now)}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} ${Buffer.byteLength(answer.body)}`,
};
