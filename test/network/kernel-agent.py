# Builds a node, its Pods and the machines around it as network namespaces, loads rules, sends packets, and says what became of them.
# Runs in namespaces of its own (unshare --net --mount). stdin: JSON {node, podGateway, pods, far, senders, ports, clusters: [{load, packets}]}.
# stdout: of each cluster and each of its packets a JSON list of all that was seen: "IP:PORT from CLIENT", "refused", "timeout".
import ctypes, json, os, selectors, socket, subprocess, sys, threading
from concurrent.futures import ThreadPoolExecutor

libc = ctypes.CDLL(None, use_errno=True)
own = os.open('/proc/self/ns/net', os.O_RDONLY)
spaces = {}
six = False


def run(command, text=None):
    done = subprocess.run(command, shell=True, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f'{command}: {done.stderr}')
    return done.stdout


def enter(name):
    if libc.setns(spaces.get(name, own), 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), 'setns')


def settings(name):
    values = {'ipv4': {'rp_filter': 0, 'send_redirects': 0, 'route_localnet': 1}, 'ipv6': {'accept_dad': 0, 'forwarding': 0 if name else 1}}
    paths = [(f'{v}/conf/{where}/{key}', value) for v in values for where in ('all', 'default') for key, value in values[v].items()]
    paths += [('ipv4/icmp_ratelimit', 0), ('ipv4/icmp_msgs_per_sec', 100000), ('ipv4/ip_forward', 0 if name else 1), ('ipv6/icmp/ratelimit', 0)]
    for path, value in paths:
        try:
            with open(f'/proc/sys/net/{path}', 'w') as f:
                f.write(str(value))
        except OSError:
            pass


def version():
    return '-6' if six else '-4'


def held(ip, device):
    return f'addr add {ip}/128 dev {device} nodad' if six else f'addr add {ip}/32 dev {device}'


# A namespace with these addresses, all on one link to the node, which is its only router. `near`: the address of the node's end.
def machine(name, addresses, gateway, near=None):
    run(f'ip netns add {name}')
    spaces[name] = os.open(f'/run/netns/{name}', os.O_RDONLY)
    link = f'v{name}'
    run(f'ip link add {link} type veth peer name eth0 netns {name} && ip link set {link} up')
    enter(name)
    settings(name)
    enter(None)
    inside = ['link set lo up', 'link set eth0 up'] + [held(ip, 'eth0') for ip in addresses]
    inside += [f'route add {gateway} dev eth0', f'route add default via {gateway} dev eth0']
    run(f'ip {version()} -n {name} -batch -', '\n'.join(inside) + '\n')
    # Of IPv6, who is asked for an address must have it on the link on which it is asked.
    for ip in ([near] if near else []) + ([gateway] if six else []):
        run(f'ip {held(ip, link)}')
    run(f'ip {version()} -batch -', ''.join(f'route add {ip} dev {link} src {gateway}\n' for ip in addresses))


def listen(name, ip, port, poll):
    enter(name)
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((ip, port))
        if kind == socket.SOCK_STREAM:
            s.listen(128)
        s.setblocking(False)
        poll.register(s, selectors.EVENT_READ, (kind, f'[{ip}]:{port}' if six else f'{ip}:{port}'))
    enter(None)


# Everybody tells who it is and whom it sees.
def serve(poll):
    while True:
        for key, _ in poll.select():
            kind, name = key.data
            try:
                if kind == socket.SOCK_STREAM:
                    client, peer = key.fileobj.accept()
                    client.send(f'{name} from {peer[0]}'.encode())
                    client.close()
                else:
                    _, peer = key.fileobj.recvfrom(64)
                    key.fileobj.sendto(f'{name} from {peer[0]}'.encode(), peer)
            except OSError:
                pass


def ask(packet, seconds):
    enter(packet['in'])
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_STREAM if packet['protocol'] == 'TCP' else socket.SOCK_DGRAM) as s:
        try:
            s.settimeout(seconds)
            if packet['source']:
                s.bind((packet['source'], 0))
            s.connect((packet['to'], packet['port']))
            if packet['protocol'] != 'TCP':
                try:
                    s.send(b'?')
                except PermissionError:
                    pass  # A rule of OUTPUT ended it; whether it says so is yet to come.
            return s.recv(64).decode() or 'closed'
        except TimeoutError:
            return 'timeout'
        except ConnectionRefusedError:
            return 'refused'
        except OSError as e:
            return str(e)


# Until all that is expected was seen, or something else was.
def probe(packet):
    seen = []
    for turn in range(60):
        got = ask(packet, 0.25)
        if got == 'timeout' and 'timeout' not in packet['expected']:
            got = ask(packet, 3)
        if got not in seen:
            seen.append(got)
        if got not in packet['expected'] or (len(seen) == len(packet['expected'])):
            break
        if packet['sticky'] and turn == 4:
            break
    return sorted(seen)


def main():
    global six
    world = json.load(sys.stdin)
    gateway = world['node']
    six = ':' in gateway
    run('mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up')
    settings(None)
    run(f'ip {held(gateway, "lo")}')
    for i, ip in enumerate(world['pods']):
        machine(f'pod{i}', [ip], gateway, world['podGateway'])
    machine('far', world['far'], gateway)
    machine('senders', world['senders'], gateway)
    # What is nobody's leaves by a router that is silent about it.
    run(f'ip {version()} route add default via {world["far"][0]} dev vfar src {gateway}')
    where = {ip: f'pod{i}' for i, ip in enumerate(world['pods'])}
    where.update({ip: 'far' for ip in world['far']})
    where.update({ip: 'senders' for ip in world['senders']})
    poll = selectors.DefaultSelector()
    for ip in world['pods'] + world['far'] + [gateway]:
        for port in world['ports']:
            listen(where.get(ip), ip, port, poll)
    threading.Thread(target=serve, args=[poll], daemon=True).start()
    answers = []
    with ThreadPoolExecutor(32) as pool:
        for cluster in world['clusters']:
            for command, text in cluster['load']:
                run(command, text)
            for packet in cluster['packets']:
                packet['in'] = where.get(packet['source'])
                if packet['in'] is None:
                    packet['source'] = None
            answers.append(list(pool.map(probe, cluster['packets'])))
    json.dump(answers, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


main()
