# SPDX-License-Identifier: MIT
"""The zookeeper backend against a real server: what children hold, in every form; paths, access, size."""
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import (CONFIG, DENIED, MALFORMED, NO_NODE, OK, UNREACHABLE, Servers, equal, fails, finish, free_ports,
                     nodes, ok, require_zookeeper)

require_zookeeper()


def member(host, port, status='ALIVE', **more):
    return json.dumps({'serviceEndpoint': {'host': host, 'port': port}, 'status': status,
                       'additionalEndpoints': {'admin': {'host': host, 'port': 9990}}, **more})


def instance(identity, address, port, **more):
    return json.dumps({'name': 'shop', 'id': identity, 'address': address, 'port': port, 'sslPort': None,
                       'payload': None, 'registrationTimeUTC': 1610116500446, 'serviceType': 'DYNAMIC',
                       'uriSpec': None, **more})


def forms(address, client):
    values = {
        'member_1': member('10.0.0.1', 8080, shard=2, metadata={'rack': 'r1'}),
        'member_2': member('10.0.0.2', 8080, 'DEAD'),
        'curator-1': instance('c1', '10.0.1.1', 8005, enabled=True),
        'curator-2': instance('c2', '10.0.1.2', 8005, enabled=False),
        'curator-3': instance('c3', '10.0.1.3', None, sslPort=8443, payload={'zone': 'z'}),
        'nerve': json.dumps({'host': '10.0.2.1', 'port': 80, 'name': 'i-1', 'weight': 7, 'labels': {'az': 'z2'}}),
        'ours': json.dumps({'address': '10.0.3.1:80', 'weight': 3, 'zone': 'z3', 'tags': ['a'], 'meta': {'k': 'v'}}),
        'plain': '10.0.4.1:80', 'weighted': '10.0.4.2:80:5\n', 'ipv6': '[2001:db8::1]:80:6',
        '10.0.5.1:80:4': '', '10.0.5.2:80': None, '[2001:db8::2]:90': '',
        'vector_1': json.dumps({'vector': [{'weight': 2}]}),
    }
    client.create('/web')
    for name, value in values.items():
        client.create('/web/' + name, value)
    result = nodes(address, '/web')
    equal(result.addresses(), ['10.0.0.1:8080', '10.0.1.1:8005', '10.0.1.3:8443', '10.0.2.1:80', '10.0.3.1:80',
                               '10.0.4.1:80', '10.0.4.2:80', '10.0.5.1:80', '10.0.5.2:80', '[2001:db8::1]:80',
                               '[2001:db8::2]:90'], 'every form side by side; what is out of service is left out')
    equal(result.err, '', 'and nothing is complained of')
    found = {node['address']: node for node in result.nodes()}
    equal({key: found[key]['weight'] for key in found if found[key]['weight'] != 1},
          {'10.0.2.1:80': 7, '10.0.3.1:80': 3, '10.0.4.2:80': 5, '[2001:db8::1]:80': 6, '10.0.5.1:80': 4}, 'weights')
    equal([found[key]['name'] for key in ('10.0.0.1:8080', '10.0.1.1:8005', '10.0.2.1:80', '10.0.3.1:80')],
          ['member_1', 'c1', 'i-1', 'ours'], 'the name is what the form has for one, else the child\'s')
    equal((found['10.0.0.1:8080']['service'], found['10.0.1.1:8005']['service']), ('web', 'shop'),
          'the service is the path\'s last part, or what Curator says')
    equal(found['10.0.0.1:8080']['metadata'], {'rack': 'r1', 'shard': '2'}, 'metadata of a serverset')
    equal((found['10.0.2.1:80']['zone'], found['10.0.3.1:80']['zone']), ('z2', 'z3'), 'zones')
    equal(nodes(address, '/web', format='serverset', endpoint='admin').addresses(), ['10.0.0.1:9990'],
          'an additional endpoint')
    equal(nodes(address, '/web', format='address').addresses(),
          ['10.0.4.1:80', '10.0.4.2:80', '[2001:db8::1]:80'], 'format address takes no other form')
    equal(nodes(address + '/web', '/').addresses(), result.addresses(), 'a chroot stands before the path')


def odd_values(address, client):
    bad = {'text': 'hello', 'no-port': 'db1', 'json': '{', 'list': '[1, 2]', 'nul': b'10.0.0.1:80\0',
           'utf-8': b'\xff\xfe:80', 'port-0': '10.0.0.9:0', 'port-70000': member('10.0.0.9', 70000), 'long': 'x' * 100000,
           'unknown-key': '{"address": "10.0.0.9:80", "wieght": 2}', 'deep': '[' * 1000, 'name-only': ''}
    client.create('/odd')
    client.create('/odd/good', '10.0.0.1:80')
    for name, value in bad.items():
        client.create('/odd/' + name, value)
    result = nodes(address, '/odd')
    equal(result.addresses(), ['10.0.0.1:80'], 'values that are no node do not touch those that are')
    lines = [line for line in result.err.splitlines() if 'of the children' in line]
    ok(len(lines) == 1 and f': {len(bad)} of the children' in lines[0], 'they are counted, and told of once', str(result))
    client.delete('/odd/good')
    result = nodes(address, '/odd')
    ok(result.code == MALFORMED and result.out == '', 'children none of which is a node are no empty fleet', str(result))


def paths(address, client):
    client.create('/empty')
    fails(nodes(address, '/empty'), NO_NODE, 'no node', 'an empty path')
    fails(nodes(address, '/missing'), NO_NODE, "no path '/missing'", 'a missing path is told apart')
    for path in ('web', '//web', '/web//a', '/web/../a', '/.'):
        result = nodes(address, path)
        ok(result.code in (2, CONFIG) and result.out == '', f'{path} is no path', str(result))
    client.create('/resting')
    client.create('/resting/a', member('10.0.0.1', 80, 'STARTING'))
    result = nodes(address, '/resting')
    ok(result.code == NO_NODE and 'out of service' in result.err, 'members that all rest are an empty answer', str(result))


def access(address, client, folder):
    reader = ('bob', 'secret')
    client.create('/closed', '', reader)
    client.authenticate(*reader)
    client.create('/closed/a', '10.0.0.1:80', reader)
    client.create('/half')
    client.create('/half/open', '10.0.0.1:80')
    client.create('/half/closed', '10.0.0.2:80', reader)
    path = os.path.join(folder, 'password')
    with open(path, 'w', encoding='ascii', opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write('secret\n')
    equal(nodes(address, '/closed', user='bob', password_file=path).addresses(), ['10.0.0.1:80'],
          'digest authentication, the password in a file')
    equal(nodes(address, '/half', user='bob', password_file=path).addresses(), ['10.0.0.1:80', '10.0.0.2:80'],
          'for children too')
    fails(nodes(address, '/closed'), DENIED, 'anonymous', 'nobody may read what is closed')
    fails(nodes(address, '/half'), DENIED, 'anonymous', 'one closed child is no smaller fleet')
    with open(path, 'w', encoding='ascii') as file:
        file.write('wrong\n')
    fails(nodes(address, '/closed', user='bob', password_file=path), DENIED, 'password', 'a wrong password')
    result = nodes(address, '/closed', user='bob')
    ok(result.code in (2, CONFIG), 'a user without a password', str(result))
    result = nodes(address, '/closed', user='bob', password_file=path + '.none')
    ok(result.code in (2, CONFIG), 'a password file that is missing', str(result))
    config = os.path.join(folder, 'proxenos.yaml')
    with open(config, 'w', encoding='ascii') as file:
        file.write(f'backend: zookeeper\nzookeeper: {{path: /closed, user: bob, password-file: {path}}}\n')
    result = nodes(address, '/closed', '-c', config)
    equal(result.code, DENIED, 'a password of the configuration goes to an address of the command line')
    with open(config, 'w', encoding='ascii') as file:
        file.write(f'backend: zookeeper\nzookeeper: {{path: /closed, address: ["{address}"]}}\n')
    result = nodes(None, None, '-c', config, '-O', 'user=bob', '-O', f'password-file={path}')
    ok(result.code in (2, CONFIG) and 'secret' not in result.err,
       'a password of the command line does not go to an address of the configuration', str(result))


def size(address, client):
    client.create('/big')
    client.create_many([(f'/big/m{i:06}', member(f'10.1.{i >> 8}.{i & 255}', 80)) for i in range(5000)])
    result = nodes(address, '/big')
    equal(len(result.nodes()), 5000, 'five thousand children')
    print(f'# read in {result.seconds:.2f} s')


with Servers() as one, one.client() as control, tempfile.TemporaryDirectory(prefix='proxenos-test.') as place:
    forms(one.address, control)
    odd_values(one.address, control)
    paths(one.address, control)
    size(one.address, control)
    dead = ','.join(f'127.0.0.1:{port}' for port in free_ports(2))
    equal(nodes(f'{dead},{one.address}', '/web').code, OK, 'servers that are not there do not hide one that is')
    fails(nodes(dead, '/web'), UNREACHABLE, 'no server', 'no server at all')
    fails(nodes('no-such-host.invalid:1', '/web'), UNREACHABLE, 'looked up', 'a name that has no address')
    access(one.address, control, place)
finish()
