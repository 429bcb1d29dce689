// What kube-proxy answers at a Service's healthCheckNodePort, whatever the path: how many endpoints the Service has on this node.
// Mirrors hcHandler of pkg/proxy/healthcheck/service_health.go.
import { httpDate, reply, type Server } from '../server.js';

export const serviceHealth: Server = {
  name: 'service-health',
  run: (p) => p.machine.forever(),
  http: (_request, at) => {
    const [, namespace = '', name = '', endpoints = '0'] = at.socket.argv;
    const healthy = endpoints !== '0';
    const body = [
      '{',
      '\t"service": {',
      `\t\t"namespace": ${JSON.stringify(namespace)},`,
      `\t\t"name": ${JSON.stringify(name)}`,
      '\t},',
      `\t"localEndpoints": ${endpoints},`,
      '\t"serviceProxyHealthy": true',
      '}',
    ].join('\n');
    return reply(
      healthy ? 200 : 503,
      healthy ? 'OK' : 'Service Unavailable',
      [
        ['Content-Type', 'application/json'],
        ['X-Content-Type-Options', 'nosniff'],
        ['X-Load-Balancing-Endpoint-Weight', endpoints],
        ['Date', httpDate(at.now)],
        ['Content-Length', String(body.length)],
      ],
      body,
    );
  },
};
