# SPDX-License-Identifier: MIT
"""The consul backend against a real Consul: instances of every kind, ACLs, TLS."""
import json
import os
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import (CONFIG, DENIED, NO_NODE, OK, TIMED_OUT, UNREACHABLE, Consul, equal, fails, finish, nodes, ok,
                     require_consul, run)

require_consul()
ODD_NAMES = ['we ird/na?me&ü%2F', 'a+b;c', 'per%cent', 'q"uote\\', ' ', 'web/', '..a', "it's", 'x' * 200,
             '\u65e5\u672c']
BY_SERVICES = {'filter': 'Service.Port != 1'}  # a filter makes the whole catalog be read by services


def check(identity, status):
    return {'CheckID': identity, 'Name': identity, 'TTL': '1h', 'Status': status}


def register_web(consul):
    """One service, an instance of every kind."""
    def web(identity, address, port, status='passing', **more):
        consul.register(Name='web', ID=identity, Address=address, Port=port, Check=check('c-' + identity, status),
                        **more)
    web('plain', '10.0.0.1', 8080, Tags=['v1', 'az=a'], Meta={'zone': 'z1', 'rack': 'r1'},
        Weights={'Passing': 10, 'Warning': 2}, TaggedAddresses={'wan': {'Address': '203.0.113.9', 'Port': 80}})
    web('ipv6', '2001:db8::1', 8080)
    web('warns', '10.0.0.2', 8080, 'warning', Weights={'Passing': 10, 'Warning': 2})
    web('fails', '10.0.0.3', 8080, 'critical')
    web('named', 'Backend.Example.', 8082)
    web('no-address', '', 8081)
    web('port-0', '10.0.0.5', 0)
    web('port-70000', '10.0.0.6', 70000)
    web('port-negative', '10.0.0.7', -1)
    web('resting', '10.0.0.8', 8080)
    consul.call('PUT', '/v1/agent/service/maintenance/resting?enable=true')
    consul.catalog('ext1', '192.168.7.1', NodeMeta={'zone': 'outside', 'external-node': 'true'},
                   Service={'ID': 'outside', 'Service': 'web', 'Port': 80, 'Tags': None})
    consul.catalog('ext2', '192.168.7.2', Service={'ID': 'outside', 'Service': 'web', 'Port': 80},
                   Checks=[{'Node': 'ext2', 'CheckID': 'odd', 'Name': 'odd', 'Status': 'weird'}])
    consul.catalog('ext3', '192.168.7.3', Service={'ID': 'outside', 'Service': 'web', 'Port': 80},
                   Checks=[{'Node': 'ext3', 'CheckID': '_node_maintenance', 'Name': 'm', 'Status': 'critical'}])
    consul.register(Name='web-proxy', ID='proxy', Port=21000, Kind='connect-proxy',
                    Proxy={'DestinationServiceName': 'web'})


PASSING = ['10.0.0.1:8080', '10.0.0.5', '127.0.0.1:8081', '192.168.7.1:80', '[2001:db8::1]:8080', 'backend.example:8082']
WARNING = sorted(PASSING + ['10.0.0.2:8080'])
ANY = sorted(WARNING + ['10.0.0.3:8080', '10.0.0.8:8080', '192.168.7.2:80', '192.168.7.3:80'])


def one_service(consul):
    register_web(consul)
    result = nodes(consul.port, '-s', 'web')
    equal(result.addresses(), PASSING, 'the instances whose every check passes, or that have none')
    ok('skipped' in result.err, 'ports that are none are skipped, and that is said', result)
    equal(nodes(consul.port, '-s', 'web', health='warning').addresses(), WARNING, 'health: warning')
    result = nodes(consul.port, '-s', 'web', health='any')
    equal(result.addresses(), ANY, 'health: any')
    found = {(node['source_node'], node['name']): node for node in result.nodes()}
    equal({key[1]: node['health'] for key, node in found.items() if key[0] == 'dev1'},
          {'plain': 'passing', 'ipv6': 'passing', 'warns': 'warning', 'fails': 'critical', 'named': 'passing',
           'no-address': 'passing', 'port-0': 'passing', 'resting': 'critical'}, 'the worst check is the health')
    equal([found[node, 'outside']['health'] for node in ('ext1', 'ext2', 'ext3')],
          ['passing', 'critical', 'critical'], 'a status that is none and maintenance are critical')
    plain, warns, outside = found['dev1', 'plain'], found['dev1', 'warns'], found['ext1', 'outside']
    equal((plain['weight'], warns['weight']), (10, 2), 'the weight is that of the health')
    equal((plain['service'], plain['tags'], plain['zone']), ('web', ['az=a', 'v1'], 'z1'), 'service, tags and zone')
    equal(plain['metadata'], {'zone': 'z1', 'rack': 'r1'}, 'metadata, without what Consul adds')
    equal((outside['zone'], outside['metadata']), ('outside', {'zone': 'outside', 'external-node': 'true'}),
          'a node\'s metadata count for its instances')
    equal(nodes(consul.port, '-s', 'web', tag=['v1', 'AZ=a']).addresses(), ['10.0.0.1:8080'], 'every tag is wanted')
    result = nodes(consul.port, '-s', 'web', node_meta='external-node=true')
    equal(result.addresses(), ['192.168.7.1:80'], 'node-meta')
    result = nodes(consul.port, '-s', 'web', filter='Service.Meta.rack == r1')
    equal(result.addresses(), ['10.0.0.1:8080'], 'filter')
    agent = f'127.0.0.1:{consul.server}'
    equal(nodes(consul.port, '-s', 'web', '-s', 'consul').addresses(), sorted([*PASSING, agent]), 'two services')
    equal(nodes(consul.port, '-s', 'web', near='_agent').addresses(), PASSING, 'near')
    for which, wanted in (('node', '127.0.0.1:8080'), ('wan', '203.0.113.9:80'), ('lan', '10.0.0.1:8080')):
        result = nodes(consul.port, '-s', 'web', tag='v1', node_address=which)
        equal(result.addresses(), [wanted], f'node-address: {which}')
    for consistency in ('stale', 'default', 'consistent', 'cached'):
        result = nodes(consul.port, '-s', 'web', consistency=consistency)
        equal(result.addresses(), PASSING, f'consistency: {consistency}')
    equal(nodes(consul.port, '-s', 'web', max_stale='5s').addresses(), PASSING, 'max-stale')
    result = nodes(consul.port, '-s', 'web-proxy')
    ok(result.code == NO_NODE and '1 by option proxies' in result.err, 'a sidecar proxy is no node', result)
    result = nodes(consul.port, '-s', 'web-proxy', proxies='true')
    equal(result.addresses(), ['127.0.0.1:21000'], 'unless option proxies says so')
    of_nodes = nodes(consul.port, '--compat', 'python')
    wanted = nodes(consul.port, '--compat', 'python', node_address='node')
    equal(of_nodes.addresses(), wanted.addresses(), 'compat python: the addresses of the machines, as release 0.0.3 has them')
    everything = nodes(consul.port, '--compat', 'python', node_address='service').addresses()
    ok(of_nodes.addresses() and of_nodes.addresses() != everything, 'which are not those of the instances', of_nodes)
    wanted = sorted([*ANY, agent, '127.0.0.1:21000'])
    equal(everything, wanted, 'compat python: every instance of every service, as the package has it')
    consul.set_check('c-plain', 'passing', 'a\0b \x1b[31m \u2028')
    equal(nodes(consul.port, '-s', 'web').addresses(), PASSING, 'a NUL in the output of a check')


def without_ports(consul):
    """Batch jobs have none: the node is its host alone."""
    for number in range(1, 7):
        consul.catalog(f'worker{number}', f'10.3.0.{number}', Service={'Service': 'batch'})
    result = nodes(consul.port, '-s', 'batch')
    equal(result.addresses(), [f'10.3.0.{number}' for number in range(1, 7)], 'instances without a port')
    equal((result.err, [node['port'] for node in result.nodes()]), ('', [None] * 6), 'nothing is said of them')
    answer = run('select', '-b', 'consul', '-h', '127.0.0.1', '-p', str(consul.port), '-s', 'batch', '--compat', 'python', 'k')
    equal((answer.code, answer.err), (0, ''), 'compat python weighs them as port 0')
    for number in range(1, 7):
        consul.call('PUT', '/v1/catalog/deregister', {'Node': f'worker{number}'})


def identities(consul):
    """Three machines register one service without an id: each instance has the id 'api'."""
    def fleet(alive, allocation=''):
        for number in range(1, 4):
            if number in alive:
                service = {'Service': 'api', 'Port': 80, 'Meta': {'slot': f's{number}'}}
                if allocation:
                    service['ID'] = f'_nomad-task-{allocation}-{number}'
                consul.catalog(f'm{number}', f'10.4.0.{number}', Service=service)
            else:
                consul.call('PUT', '/v1/catalog/deregister', {'Node': f'm{number}'})

    def known(what):
        result = nodes(consul.port, '-s', 'api', '--identity', what)
        return result, [node['identity'] for node in result.nodes()]

    def answers(what):
        result = run('select', '-b', 'consul', '-h', '127.0.0.1', '-p', str(consul.port), '-s', 'api', '--identity', what,
                     '-o', 'json', 'k')
        return json.loads(result.out)['node']['identity'], json.loads(result.out)['scheme']
    fleet({1, 2, 3})
    result, _ = known('name')
    fails(result, CONFIG, "two nodes are 'api' by identity 'name', 10.4.0.1:80 and 10.4.0.2:80: identity 'instance' would",
          'identity name: the error names the identity that works')
    equal(known('instance')[1], ['m1/api', 'm2/api', 'm3/api'], 'identity instance')
    equal(known('meta.slot')[1], ['s1', 's2', 's3'], 'identity meta.KEY')
    owner, scheme = answers('instance')
    equal(scheme.split('/')[2], 'instance', 'it stands in the scheme')
    before = answers('meta.slot')
    equal(before[1].split('/')[2], 'meta.slot', 'so does meta.KEY')
    result, _ = known('meta.rack')
    fails(result, CONFIG, "node 10.4.0.1:80 has no 'rack' in its metadata", 'a node that lacks the key')
    fleet(set())
    fleet({1, 2, 3}, 'e6c2')
    names = known('name')[1]
    fleet(set())
    fleet({1, 2, 3}, 'a07d')
    ok(known('name')[1] != names, "Nomad's ids change at every allocation", names)
    equal(answers('meta.slot'), before, 'a key of the metadata keeps the answers')
    fleet(set())


def refusals(consul):
    fails(nodes(consul.port, '-s', 'nosuch'), NO_NODE, "knows no service 'nosuch'", 'an unknown service')
    fails(nodes(consul.port, '-s', 'web', datacenter='mars'), UNREACHABLE, 'datacenter', 'an unknown datacenter')
    result = nodes(consul.port, '-s', 'web', namespace='x')
    fails(result, CONFIG, 'refuses the request .400.', 'a namespace without Enterprise')
    fails(nodes(consul.port, '-s', 'web', filter='a ='), CONFIG, 'option filter', 'a filter that cannot be read')
    fails(nodes(consul.port, '-s', 'web', max_stale='5s', consistency='consistent'), CONFIG, 'max-stale',
          'max-stale without stale')
    fails(nodes(consul.port, '-s', 'web', node_meta='x'), CONFIG, 'KEY=VALUE', 'node-meta without a value')
    fails(nodes(consul.port, '-s', 'web', tls='true'), CONFIG, 'does not speak TLS', 'TLS to a port without it')


def whole_catalog(consul):
    for number, name in enumerate(ODD_NAMES):
        consul.catalog('odd', '10.1.0.1', Service={'ID': f'odd{number}', 'Service': name, 'Port': 9000 + number})
        result = nodes(consul.port, '-s', name)
        equal(result.addresses(), [f'10.1.0.1:{9000 + number}'], f'a service named {name[:20]!r}')
    odd = [f'10.1.0.1:{9000 + number}' for number in range(len(ODD_NAMES))]
    everything = sorted([*PASSING, f'127.0.0.1:{consul.server}', *odd])
    # Fewer nodes than services: by nodes.
    by_nodes, by_services = nodes(consul.port), nodes(consul.port, **BY_SERVICES)
    equal(by_nodes.addresses(), everything, 'the whole catalog, by nodes')
    equal(by_services.addresses(), everything, 'the whole catalog, by services')
    equal(by_nodes.nodes(), by_services.nodes(), 'and both are equal in everything')
    by_nodes, by_services = (nodes(consul.port, health='any', **more) for more in ({}, BY_SERVICES))
    equal(by_nodes.nodes(), by_services.nodes(), 'also with health: any')
    result = nodes(consul.port, exclude=['consul', 'web'])
    equal(result.addresses(), odd, 'option exclude')
    equal(nodes(consul.port, tag='v1').addresses(), ['10.0.0.1:8080'], 'the whole catalog, of one tag')
    equal(nodes(consul.port, node_meta='external-node=true').addresses(), ['192.168.7.1:80'], 'of some nodes')
    consul.catalog('MixedCase', '10.2.0.1', Service={'ID': 'Upper', 'Service': 'cased', 'Port': 1})
    failing = {'Node': 'mixedcase', 'CheckID': 'c', 'Name': 'c', 'Status': 'critical', 'ServiceID': 'upper'}
    consul.catalog('mixedcase', '10.2.0.1', Check=failing)
    ok('10.2.0.1:1' not in nodes(consul.port).addresses(), 'a check finds its instance in any case')
    for name in ('..', 'a//b', 'x\0y', 'tab\there'):
        consul.catalog('odd', '10.1.0.1', Service={'ID': 'u' + name, 'Service': name, 'Port': 9999})
    ok('10.1.0.1:9999' in nodes(consul.port).addresses(), 'names that cannot be asked for are no harm by nodes')
    result = nodes(consul.port, **BY_SERVICES)
    ok(result.addresses() == everything and result.err.count('cannot be asked') == 1,
       'nor by services, where they are left out with a word', result)


def many_services(consul):
    consul.call('PUT', '/v1/catalog/deregister', {'Node': 'odd'})
    for number in range(300):
        node = f'm{number % 7}'
        service = {'ID': f's{number}', 'Service': f's{number:03}', 'Port': 8000 + number, 'Address': '10.7.0.1'}
        checks = [{'Node': node, 'CheckID': f'c{number}', 'Name': 'c', 'ServiceID': f's{number}',
                   'Status': 'critical' if number % 10 == 0 else 'passing'}]
        consul.catalog(node, '10.7.0.0', Service=service, Checks=checks)
    result = nodes(consul.port, '-N', 's[0-9]')
    wanted = sorted(f'10.7.0.1:{8000 + number}' for number in range(300) if number % 10 != 0)
    equal(result.addresses(), wanted, 'a catalog of 300 services')
    equal(nodes(consul.port, '-N', 's[0-9]', connections='1').addresses(), wanted, 'over one connection')
    result = nodes(consul.port, '-N', 's[0-9]', connections='64', **BY_SERVICES)
    equal(result.addresses(), wanted, 'by services')


def outages(consul):
    consul.process.send_signal(signal.SIGSTOP)
    try:
        result = nodes(consul.port, '-s', 'web', timeout='500ms')
        fails(result, TIMED_OUT, '500 ms', 'a frozen agent')
    finally:
        consul.process.send_signal(signal.SIGCONT)
    equal(nodes(consul.port, '-s', 'web').addresses(), PASSING, 'once it goes on')
    with Consul(mode='leaderless', performance={'rpc_hold_timeout': '300ms'}) as lonely:
        for consistency in ('stale', 'default', 'consistent'):
            result = nodes(lonely.port, '-s', 'web', consistency=consistency)
            fails(result, UNREACHABLE, 'cannot answer now .500.', f'servers without a leader: {consistency}')


def plain_agent():
    with Consul() as consul:
        agent = (OK, f'127.0.0.1:{consul.server}\n')
        result = run('select', '-b', 'consul', '-h', 'localhost', '-p', str(consul.port), 'github.com')
        equal((result.code, result.out), agent, 'select on a fresh agent gives the agent itself')
        by_environment = {'CONSUL_HTTP_ADDR': f'127.0.0.1:{consul.port}'}
        result = run('select', '-b', 'consul', 'github.com', environment=by_environment)
        equal((result.code, result.out), agent, 'so it does by CONSUL_HTTP_ADDR')
        one_service(consul)
        without_ports(consul)
        identities(consul)
        refusals(consul)
        whole_catalog(consul)
        many_services(consul)
        outages(consul)


# ---- ACLs, TLS, a unix socket

def openssl(folder, *arguments):
    subprocess.run(['openssl', *arguments], cwd=folder, check=True, capture_output=True)


def make_certificates(folder):
    """An authority, a server that is called 'server.dc1.consul', a client."""
    new_key = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes')
    openssl(folder, 'req', '-x509', *new_key, '-days', '2', '-subj', '/CN=Test authority', '-keyout', 'ca.key',
            '-out', 'ca.pem')
    for name, names in (('server', 'DNS:server.dc1.consul,DNS:localhost'), ('client', 'DNS:client')):
        with open(os.path.join(folder, 'names'), 'w', encoding='ascii') as file:
            file.write('subjectAltName=' + names)
        openssl(folder, 'req', *new_key, '-subj', '/CN=' + name, '-keyout', name + '.key', '-out', name + '.csr')
        openssl(folder, 'x509', '-req', '-in', name + '.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key',
                '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', name + '.pem')


def acls(consul):
    consul.register(Name='web', ID='w', Address='10.0.0.1', Port=80)

    def token(name, rules):
        consul.call('PUT', '/v1/acl/policy', {'Name': name, 'Rules': rules})
        return consul.call('PUT', '/v1/acl/token', {'Policies': [{'Name': name}]})['SecretID']
    reader = token('reader', 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }')
    service_only = token('service-only', 'service_prefix "" { policy = "read" }')
    web, everything = ('-s', 'web'), ()
    for title, arguments in (('a service', web), ('the catalog', everything)):
        def with_token(secret):
            return nodes(consul.port, *arguments, environment={'CONSUL_HTTP_TOKEN': secret} if secret else None)
        fails(with_token(None), DENIED, 'no token was given', f'{title}: nobody in particular')
        fails(with_token('no-such-token'), DENIED, 'denies access .403.: .*check the token', f'{title}: a token that does not exist')
        fails(with_token(service_only), DENIED, 'node:read', f'{title}: a token for services alone')
        wanted = ['10.0.0.1:80'] if arguments else sorted(['10.0.0.1:80', f'127.0.0.1:{consul.server}'])
        equal(with_token(reader).addresses(), wanted, f'{title}: a token for services and nodes')
        equal(with_token('root-token').addresses(), wanted, f'{title}: a token for all')
    path = os.path.join(consul.folder, 'token')
    with open(path, 'w', encoding='ascii') as file:
        file.write(reader + '\n')
    os.chmod(path, 0o600)
    result = nodes(consul.port, *web, token_file=path, host='localhost')
    equal(result.addresses(), ['10.0.0.1:80'], 'option token-file')


def tls(consul, folder):
    def secure(*arguments, environment=None, **options):
        environment = {'CONSUL_HTTP_TOKEN': 'root-token', 'CONSUL_HTTP_ADDR': f'https://localhost:{consul.https}',
                       **(environment or {})}
        return nodes(None, '-s', 'web', *arguments, environment=environment, **options)
    ca, cert, key = (os.path.join(folder, name) for name in ('ca.pem', 'client.pem', 'client.key'))
    client = {'tls_cert': cert, 'tls_key': key}
    wanted = ['10.0.0.1:80']
    fails(secure(**client), UNREACHABLE, 'not trusted.*tls-ca-file', 'an authority that is not trusted')
    equal(secure(tls_ca_file=ca, **client).addresses(), wanted, 'one that is')
    equal(secure(tls_verify='false', **client).addresses(), wanted, 'without verification')
    perhaps = {'CONSUL_HTTP_SSL_VERIFY': 'perhaps'}
    fails(secure(environment=perhaps, **client), CONFIG, 'CONSUL_HTTP_SSL_VERIFY',
          'what is neither true nor false does not switch verification off')
    fails(secure(tls_ca_file=ca), DENIED, 'client certificate', 'no client certificate')
    fails(secure(tls_ca_file=ca, tls_cert=cert), CONFIG, 'go together', 'a certificate without its key')
    fails(secure(tls_ca_file=ca, tls_cert=cert, tls_key=ca), CONFIG, 'tls-key', 'a key that is none')
    locked = os.path.join(folder, 'locked.key')
    openssl(folder, 'pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:secret')
    result = secure(tls_ca_file=ca, tls_cert=cert, tls_key=locked)
    fails(result, CONFIG, 'tls-key', 'a key with a password, which nobody is asked for')
    fails(secure(tls_ca_file=key, **client), CONFIG, 'tls-ca-file', 'an authority that is none')
    address = f'https://127.0.0.1:{consul.https}'
    fails(secure(tls_ca_file=ca, address=address, **client), UNREACHABLE, 'not trusted.*tls-server-name',
          'a host that the certificate does not name')
    result = secure(tls_ca_file=ca, tls_server_name='server.dc1.consul', address=address, **client)
    equal(result.addresses(), wanted, 'tls-server-name')
    fails(secure(tls_ca_file=ca, tls_server_name='other.dc1.consul', **client), UNREACHABLE, 'not trusted',
          'another tls-server-name')
    environment = {'CONSUL_CACERT': ca, 'CONSUL_CLIENT_CERT': cert, 'CONSUL_CLIENT_KEY': key}
    equal(secure(environment=environment).addresses(), wanted, 'all of it by the environment')
    environment = {**environment, 'CONSUL_HTTP_ADDR': f'localhost:{consul.https}', 'CONSUL_HTTP_SSL': 'true'}
    equal(secure(environment=environment).addresses(), wanted, 'CONSUL_HTTP_SSL raises an address to https')
    environment = {**environment, 'CONSUL_HTTP_SSL': 'false',
                   'CONSUL_HTTP_ADDR': f'https://localhost:{consul.https}'}
    equal(secure(environment=environment).addresses(), wanted, 'and does not lower it')
    result = secure(address=f'http://localhost:{consul.https}')
    fails(result, CONFIG, 'speaks TLS', 'http:// to a port with TLS')
    hashed = os.path.join(folder, 'authorities')
    os.mkdir(hashed)
    shutil.copy(ca, hashed)
    result = secure(tls_ca_path=hashed, **client)
    fails(result, UNREACHABLE, 'openssl rehash', 'a folder of authorities, unprepared')
    openssl(hashed, 'rehash', '.')
    equal(secure(tls_ca_path=hashed, **client).addresses(), wanted, 'a folder of authorities')


def unix_socket(socket):
    environment = {'CONSUL_HTTP_TOKEN': 'root-token', 'CONSUL_HTTP_SSL': 'true',
                   'CONSUL_HTTP_ADDR': 'unix://' + socket}
    result = nodes(None, '-s', 'web', environment=environment)
    equal(result.addresses(), ['10.0.0.1:80'], 'a unix socket, where CONSUL_HTTP_SSL does not count')
    result = nodes(None, '-s', 'web', address='unix://' + socket + '.none')
    fails(result, UNREACHABLE, 'cannot be reached', 'a unix socket that is not there')


def guarded_agent():
    folder = os.path.join(os.environ.get('TMPDIR', '/tmp'), f'proxenos-tls.{os.getpid()}')
    os.mkdir(folder, 0o700)
    try:
        make_certificates(folder)
        socket = os.path.join(folder, 'http.sock')
        with Consul('root-token', acl={'enabled': True, 'default_policy': 'deny',
                                        'tokens': {'master': 'root-token', 'agent': 'root-token'}},
                    ca_file=os.path.join(folder, 'ca.pem'), cert_file=os.path.join(folder, 'server.pem'),
                    key_file=os.path.join(folder, 'server.key'), verify_incoming_https=True,
                    addresses={'http': f'127.0.0.1 unix://{socket}'}) as consul:
            acls(consul)
            tls(consul, folder)
            unix_socket(socket)
    finally:
        shutil.rmtree(folder)


plain_agent()
guarded_agent()
finish()
