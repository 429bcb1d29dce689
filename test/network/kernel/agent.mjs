// Runs in one network namespace: answers every connection with its own address and the sender's, and connects where it is told to.
// Lines of JSON in: {id, source, to, port, protocol}; out: {id, outcome, said}.
import { createSocket } from 'node:dgram';
import { createConnection, createServer } from 'node:net';
import { createInterface } from 'node:readline';

const patience = 400;

export function listen(ports) {
  for (const port of ports) {
    const tcp = createServer((s) => s.end(`${s.localAddress}:${port} ${s.remoteAddress}`));
    tcp.on('error', () => undefined);
    tcp.listen(port, '0.0.0.0');
  }
}

/** UDP answers leave from the address that was asked only when the socket is bound to it. */
export function listenUDP(addresses, ports) {
  for (const ip of addresses)
    for (const port of ports) {
      const udp = createSocket('udp4');
      udp.on('message', (_, from) => udp.send(`${ip}:${port} ${from.address}`, from.port, from.address));
      udp.on('error', () => undefined);
      udp.bind(port, ip);
    }
}

export function connect({ source, to, port, protocol }) {
  return new Promise((done) => {
    let said = '';
    let end = (outcome) => {
      end = () => undefined;
      clearTimeout(timer);
      done({ outcome, said });
    };
    const timer = setTimeout(() => {
      socket.destroy?.();
      if (protocol === 'UDP') socket.close();
      end('timeout');
    }, patience);
    const fail = (e) => end(e.code === 'ECONNREFUSED' ? 'refused' : e.code);
    let socket;
    if (protocol === 'TCP') {
      socket = createConnection({ host: to, port, localAddress: source });
      socket.on('data', (d) => void (said += d));
      socket.on('end', () => end('ok'));
      socket.on('error', fail);
    } else {
      socket = createSocket('udp4');
      socket.on('error', (e) => {
        fail(e);
        socket.close();
      });
      socket.on('message', (d) => {
        said = String(d);
        end('ok');
        socket.close();
      });
      socket.bind(0, source, () => socket.connect(port, to, (e) => (e ? fail(e) : socket.send('?'))));
    }
  });
}

if (process.argv[2] === 'agent') {
  const { addresses, ports } = JSON.parse(process.argv[3]);
  // Here it is in its own namespace; whoever started it may be gone before it.
  console.log(JSON.stringify({ ready: true }));
  const orders = createInterface({ input: process.stdin });
  orders.on('close', () => process.exit(0));
  orders.on('line', async (line) => {
    const order = JSON.parse(line);
    // The first line comes when the namespace has its addresses.
    if (order.start) {
      listen(ports);
      listenUDP(addresses, ports);
      setTimeout(() => console.log(JSON.stringify({ started: true })), 20);
    } else console.log(JSON.stringify({ id: order.id, ...(await connect(order)) }));
  });
}
