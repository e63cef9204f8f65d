# SPDX-License-Identifier: MIT
"""The consul backend: what it asks, and what it makes of odd but whole answers."""
import json
import os
import socket
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stub import SELF, WEB, Stub, check, entry, json_answer, one_line, text, web
from support import CONFIG, DENIED, NO_NODE, OK, UNREACHABLE, USAGE, equal, fails, finish, nodes, ok


def requests():
    result, stub = web(json_answer([entry(1)]))
    equal(stub.targets(), [WEB + '?stale'], 'one named service costs one request, stale by default')
    equal(result.addresses(), ['10.0.0.1:8000'], 'and gives its nodes')
    _, stub = web(json_answer([entry(1)]), '-s', 'web')
    equal(len(stub.requests), 1, 'also when it is named twice')
    _, stub = web(json_answer([entry(1)]), tag=['a&b', 'c'], node_meta=['k=v=w'], filter='Service.Port == 1',
                  datacenter='dc 2', near='_agent', max_stale='5s', namespace='n', partition='p')
    query = ('?stale&max_stale=5000ms&dc=dc%202&ns=n&partition=p&node-meta=k%3Av%3Dw&tag=a%26b&tag=c&near=_agent'
             '&filter=Service.Port%20%3D%3D%201')
    equal(stub.targets(), [WEB + query], 'options become parameters')
    for consistency, query in (('default', ''), ('consistent', '?consistent'), ('cached', '?cached')):
        _, stub = web(json_answer([entry(1)]), consistency=consistency)
        equal(stub.targets(), [WEB + query], f'consistency {consistency}')
    name = 'we ird/na?me&ü%2F;+#'
    with Stub({'*': json_answer([entry(1)])}) as stub:
        nodes(stub.port, '-s', name)
    equal(stub.targets(), ['/v1/health/service/we%20ird%2Fna%3Fme%26%C3%BC%252F%3B%2B%23?stale'],
          'names are encoded')
    for name in ('..', 'a//b', '', 'a/./b', 'tab\there'):
        with Stub({'*': json_answer([entry(1)])}) as stub:
            result = nodes(stub.port, '-s', name)
        ok(result.code in (CONFIG, USAGE) and stub.requests == [], f'a service named {name!r} is refused', result)
    with Stub({WEB: json_answer([entry(1)])}) as stub:
        for variable in ('http_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'all_proxy'):
            result = nodes(stub.port, '-s', 'web', environment={variable: 'http://127.0.0.1:1'})
            equal(result.addresses(), ['10.0.0.1:8000'], f'{variable} is not used')
    with Stub({'/prefix/v1/health/service/web': json_answer([entry(1)])}) as stub:
        result = nodes(None, '-s', 'web', address=f'http://127.0.0.1:{stub.port}/prefix/')
        equal(result.addresses(), ['10.0.0.1:8000'], 'an address may have a path')
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'socket')
        with Stub({WEB: json_answer([entry(1)])}, socket.AF_UNIX, path):
            result = nodes(None, '-s', 'web', environment={'CONSUL_HTTP_ADDR': 'unix://' + path})
            equal(result.addresses(), ['10.0.0.1:8000'], 'a unix socket')
    for address, pattern in (('ftp://x', 'scheme'), ('http://u:pw@x', 'http-auth'), ('unix://rel', 'relative'),
                             ('http://x/?a', r"'\?'"), ('unix:///' + 'x' * 200, 'too long'),
                             ('http://[::zz', 'no URL')):
        result = nodes(None, '-s', 'web', address=address)
        fails(result, CONFIG, pattern, f'address {address[:20]}')
        ok('pw' not in result.err, 'a password in it is not shown', result)
    for host in ('http://x', 'a b', 'x:1', 'u@x'):
        fails(nodes(1, '-s', 'web', host=host), CONFIG, 'option host', f'host {host}')


def bad_entries():
    ports = [-1, 65536, 70000, 2**63 - 1, '80', 80.5, [], {}, True]
    result, _ = web(json_answer([entry(1, Port=port) for port in ports] + [entry(9)]))
    equal(result.addresses(), ['10.0.0.9:8000'], 'ports that are none are skipped')
    ok('skipped' in result.err, 'and that is said', result)
    result, _ = web(json_answer([entry(1, Port=0), entry(2, Port=None), entry(9)]))
    equal((result.addresses(), result.err), (['10.0.0.1', '10.0.0.2', '10.0.0.9:8000'], ''), 'no port is a host alone')
    addresses = ('a b', '010.0.0.1', '::zz', 5)
    result, _ = web(json_answer([entry(1, Address=address) for address in addresses] + [entry(9)]))
    equal(result.addresses(), ['10.0.0.9:8000', '192.168.0.1:8000'],
          'addresses that are none are skipped, one of another type gives way to the node\'s')
    shapes = [None, [], {}]
    for name in ('Tags', 'Meta', 'TaggedAddresses', 'Weights'):
        result, _ = web(json_answer([entry(i + 1, **{name: shape}) for i, shape in enumerate(shapes)]))
        equal(len(result.nodes()), 3, f'{name} may be null, [] or {{}}')
    result, _ = web(json_answer([{**entry(i + 1), 'Checks': shape} for i, shape in enumerate(shapes)]))
    equal([node['health'] for node in result.nodes()], ['passing'] * 3, 'so may Checks: no check is passing')
    resting = [check('passing', check_id=name) for name in ('_node_maintenance', '_service_maintenance:web-1')]
    result, _ = web(json_answer([entry(i + 1, checks=[one]) for i, one in enumerate(resting)]), health='any')
    healths = [node['health'] for node in result.nodes()]
    equal(healths, ['critical'] * 2, 'maintenance is critical whatever its status')
    result, _ = web(json_answer([entry(1, Tags=['a', None, 3, 'b'], Meta={'k': 'v', 'n': 3})]))
    node = result.nodes()[0] if result.nodes() else {}
    equal((node.get('tags'), node.get('metadata')), (['a', 'b'], {'k': 'v'}), 'what is no text is left out')
    odd = 'a\u0000b\u001b[31m"\\/\u2028\u00fc'
    result, _ = web(json_answer([entry(1, ID=odd, Tags=[odd])]))
    wanted = odd.replace('\0', '\ufffd')
    equal([(node['name'], node['tags']) for node in result.nodes()], [(wanted, [wanted])],
          'escapes survive, NUL becomes U+FFFD')
    result, _ = web(json_answer('[{"Node":{"Node":"n","Address":"10.0.0.1"},"Service":{"ID":"i","Port":1,'
                                '"Meta":{"a\\u0000b":"1","c\\\\u0000d":"2"}},"Checks":[]}]'))
    equal([node['metadata'] for node in result.nodes()], [{'a\ufffdb': '1', 'c\\u0000d': '2'}],
          'a NUL in a key does not spoil the answer, and text that looks like one is left alone')


def pruning():
    names = ['CreateIndex', 'Definition', 'Notes', 'Output', 'ServiceName', 'ServiceTags', 'Type', 'Connect',
             'Proxy', 'EnableTagOverride', 'ModifyIndex', 'Timeout', 'Interval', 'ExposedPort']
    meta = {name: 'text, "quoted" {[]}' for name in names}
    tagged = {name: {'Address': '10.9.9.9', 'Port': 9} for name in names}
    extra = {name: {'a': ['}', ']', {'b': '\\"'}]} for name in names}
    document = [{**entry(1, Meta=meta, TaggedAddresses=tagged, **extra), 'Checks': [check('warning', **extra)]}]
    document[0]['Node']['Meta'] = {**{name: 'weaker' for name in names}, 'of-node': 'x'}
    for spaced in (False, True):
        body = json.dumps(document, indent=2 if spaced else None, separators=None if spaced else (',', ':'))
        result, _ = web(json_answer(body), health='any', node_address='Proxy')
        got = [(node['address'], node['health'], node['metadata']) for node in result.nodes()]
        equal(got, [('10.9.9.9:9', 'warning', {**meta, 'of-node': 'x'})],
              'what is not read is skipped, its namesakes are not' + (', with spaces' if spaced else ''))


def emptiness():
    nothing = json_answer([])
    result, stub = one_line('a service that Consul does not know', nothing, NO_NODE, "knows no service 'web'")
    equal(stub.paths(), [WEB, SELF], 'an empty answer is doubted: one probe')
    denied, token = text(403, 'Permission denied'), {'CONSUL_HTTP_TOKEN': 'x'}
    one_line('nothing, and the agent denied to us', nothing, DENIED, 'ACLs are on.*no token', probe=denied)
    one_line('the same with a token', nothing, DENIED, 'ACLs are on.*may lack', probe=denied, environment=token)
    one_line('the probe finds no server', nothing, UNREACHABLE, '500', probe=text(500, 'rpc error'))
    one_line('nothing, without a leader', json_answer([], X_Consul_Knownleader='false'), UNREACHABLE, 'no leader')
    _, stub = web(json_answer([], X_Consul_Default_Acl_Policy='allow'))
    equal(stub.paths(), [WEB], 'newer servers say that no ACL hides anything')
    hidden = {'X_Consul_Default_Acl_Policy': 'deny', 'X_Consul_Results_Filtered_By_Acls': 'true'}
    result, stub = web(json_answer([], **hidden), environment=token)
    fails(result, DENIED, 'may not read', 'newer servers say that ACLs hide something')
    equal(stub.paths(), [WEB], 'without a probe')
    result, stub = web(nothing, tag='none')
    fails(result, NO_NODE, 'no node', 'no instance has the tag')
    result, _ = web(json_answer([entry(1, checks=[check('critical')])]))
    ok(result.code == NO_NODE and '1 left out by option health' in result.err, 'instances that all fail', result)
    result, _ = web(json_answer([entry(1)], X_Consul_Knownleader='false', X_Consul_Lastcontact='12000'))
    ok(result.code == OK and '12 s ago' in result.err, 'an old answer is used, with a warning', result)
    result, _ = web(json_answer([entry(1)], X_Cache='HIT', Age='3600'), consistency='cached')
    ok(result.code == OK and '3600 s ago' in result.err, 'so is one of the agent\'s cache', result)


requests()
bad_entries()
pruning()
emptiness()
finish()
