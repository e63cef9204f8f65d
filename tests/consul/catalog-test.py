# SPDX-License-Identifier: MIT
"""The whole catalog of Consul: both ways of reading it, and a catalog that changes or breaks
meanwhile."""
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stub import CHECKS, NODE, NODES, SELF, SERVICES, Stub, check, entry, json_answer, raw, service, text
from support import DENIED, MALFORMED, NO_NODE, UNREACHABLE, equal, fails, finish, nodes, ok


def catalog_routes(services, members, checks=(), **more):
    """A small cluster: {node: [service, ...]} as the catalog's endpoints show it."""
    routes = {SERVICES: json_answer({name: [] for name in services}), CHECKS: json_answer(list(checks)),
              NODES: json_answer([{'Node': node, 'Address': '192.168.0.1'} for node in members]), **more}
    for node, instances in members.items():
        document = {'Node': {'Node': node, 'Address': '192.168.0.1', 'Meta': None},
                    'Services': {one['ID']: one for one in instances}}
        routes.setdefault(NODE + node, json_answer(document))
    for name in services:
        entries = [{'Node': {'Node': node, 'Address': '192.168.0.1'}, 'Service': one,
                    'Checks': [c for c in checks if c['Node'].lower() == node.lower() and
                               c['ServiceID'].lower() in ('', one['ID'].lower())]}
                   for node, instances in members.items() for one in instances if one['Service'] == name]
        routes.setdefault('/v1/health/service/' + name, json_answer(entries))
    return routes


def catalog(routes, *arguments, **options):
    with Stub(routes) as stub:
        result = nodes(stub.port, *arguments, **options)
    return result, stub


def whole_catalog():
    names = ['a', 'b', 'c']
    members = {'n1': [service('a', 1), service('b', 2)], 'N2': [service('a', 3), service('c', 4), service('b', 5)]}
    checks = [check('critical', 'n1', 'b-2'), check('warning', 'n2', 'C-4'), check('passing', 'n2')]
    for road, options in (('nodes', {}), ('services', {'filter': 'Service.Port != 1'})):
        result, stub = catalog(catalog_routes(names, members, checks), health='warning', **options)
        equal([(node['address'], node['health']) for node in result.nodes()],
              [('10.0.0.1:8000', 'passing'), ('10.0.0.3:8000', 'passing'), ('10.0.0.4:8000', 'warning'),
               ('10.0.0.5:8000', 'passing')], f'the whole catalog, by {road}')
        equal(len(stub.requests), 5, f'in five requests, by {road}')
        equal(stub.paths()[-1] == CHECKS, road == 'nodes', f'the checks are read last, or not at all, by {road}')
    result, _ = catalog(catalog_routes(names, members, checks), exclude=['a', 'b'], health='any')
    equal(result.addresses(), ['10.0.0.4:8000'], 'option exclude')
    tagged = {'n1': [service('a', 1, Tags=['X', 'y']), service('b', 2, Tags=['x'])]}
    routes = catalog_routes(['a', 'b', 'c'], tagged)
    routes[SERVICES] = json_answer({'a': ['X', 'y'], 'b': ['x'], 'c': ['y', 'x']})
    result, _ = catalog(routes, tag=['x', 'Y'])
    ok(result.code == DENIED, 'a listed service without instances is never passed over', result)
    routes = catalog_routes(['a', 'b'], tagged)
    routes[SERVICES] = json_answer({'a': ['X', 'y'], 'b': ['x']})
    result, _ = catalog(routes, tag=['x'])
    equal(result.addresses(), ['10.0.0.1:8000', '10.0.0.2:8000'], 'tags are compared in any case')
    result, stub = catalog(routes, tag=['y'])
    wanted = (['10.0.0.1:8000'], 3)
    equal((result.addresses(), len(stub.requests)), wanted, 'services without the tag are not asked for')
    mixed = {'n1': [service('a', 1, Tags=['x']), service('a', 2), service('b', 3, Tags=['x'])]}
    routes = catalog_routes(['a', 'b'], mixed)
    routes[SERVICES] = json_answer({'a': ['x'], 'b': ['x']})
    result, stub = catalog(routes, tag=['x'])
    equal(result.addresses(), ['10.0.0.1:8000', '10.0.0.3:8000'], 'of a service, the instances with the tag count')
    equal(stub.paths()[-1], CHECKS, 'also by nodes')
    meta = {'Proxy': 'p', 'Connect': 'c', 'CreateIndex': '1', 'Output': 'o'}
    tagged = {'Proxy': '10.9.9.9'}
    document = {'Node': {'Node': 'n1', 'Address': '192.168.0.1', 'Meta': meta, 'TaggedAddresses': tagged},
                'Services': {'Proxy': service('a', 1, Address='', Proxy={'x': 1}, Connect={}, CreateIndex=1)}}
    routes = catalog_routes(['a', 'b'], {'n1': []}, **{NODE + 'n1': json_answer(document)})
    routes[SERVICES] = [routes[SERVICES], json_answer({'a': []})]
    result, _ = catalog(routes, node_address='Proxy')
    equal([(node['address'], node['metadata']) for node in result.nodes()], [('10.9.9.9:8000', meta)],
          'a node\'s metadata may have any name')
    result, _ = catalog({SERVICES: json_answer({}), NODES: json_answer([]), SELF: json_answer({})})
    fails(result, NO_NODE, 'no node', 'an empty catalog')
    result, _ = catalog({SERVICES: json_answer({}), NODES: json_answer([]), SELF: text(403)})
    fails(result, DENIED, 'ACLs are on', 'an empty catalog under ACLs')
    many = {f'n{i}': [service(f's{i}', i)] for i in range(1, 41)}
    routes = catalog_routes([f's{i}' for i in range(1, 41)], many)
    slow = {path: [0.02, *answer] if '/service/' in path else answer for path, answer in routes.items()}
    result, stub = catalog(slow, connections='3')
    equal((len(result.nodes()), stub.peak), (40, 3), 'option connections bounds the requests at once')
    ok(stub.connections <= 3, 'and their connections', stub.connections)


def moving_catalog():
    """What changes while it is read."""
    before, after = [service('a', 1)], [service('a', 1), service('b', 2), service('c', 3)]

    def node(instances):
        services = {one['ID']: one for one in instances}
        return json_answer({'Node': {'Node': 'n1', 'Address': '192.168.0.1'}, 'Services': services})
    routes = catalog_routes(['a', 'z'], {'n1': before, 'n2': [service('z', 9)]}, [check('passing', 'n1', 'b-2')])
    routes[SERVICES] = json_answer({'a': [], 'z': [], 'consul': []})
    routes['/v1/health/service/consul'] = json_answer([entry(7, 'consul')])
    routes[NODE + 'n1'] = [node(before), node(after)]
    result, stub = catalog(routes)
    equal(result.addresses(), ['10.0.0.1:8000', '10.0.0.2:8000', '10.0.0.7:8000', '10.0.0.9:8000'],
          'what the checks name is fetched again, what is newer waits, a missing service is asked for')
    equal(stub.paths().count(NODE + 'n1'), 2, 'with one request more')
    routes = catalog_routes(['a', 'b', 'c'], {'n1': before, 'gone': []})
    routes[SERVICES] = [json_answer({'a': [], 'b': [], 'c': []}), json_answer({'a': []})]
    routes[NODE + 'gone'] = json_answer('null\n')
    result, _ = catalog(routes)
    equal(result.addresses(), ['10.0.0.1:8000'], 'a node and services that left meanwhile are no error')
    routes = catalog_routes(['a', 'b'], {'n1': before, 'n2': [], 'n3': []})
    result, stub = catalog(routes)
    fails(result, DENIED, "lists service 'b'.*node:read", 'a service that stays listed without an instance')
    routes = catalog_routes(['a', 'b'], {})
    result, _ = catalog(routes)
    fails(result, DENIED, "lists service '.'.*node:read", 'services without nodes')
    names = ['a', 'b', 'x\0y', '..', 'bell\a', 'zero\u200bwidth']
    routes = catalog_routes(names, {'n1': [service('a', 1)], 'n2': [service('b', 2)]})
    routes['/v1/health/service/zero%E2%80%8Bwidth'] = text(400)
    # More nodes than services: by services.
    routes[NODES] = json_answer([{'Node': f'n{i}', 'Address': '1.1.1.1'} for i in range(1, 9)])
    routes['/v1/health/service/x%EF%BF%BDy'] = json_answer([])
    result, _ = catalog(routes)
    ok(result.addresses() == ['10.0.0.1:8000', '10.0.0.2:8000'] and result.err.count('cannot be asked') == 1,
       'services whose names cannot be asked for are left out with a word', result)


def late(answer):
    def give(_):
        time.sleep(0.05)
        return answer
    return give


def broken_catalog():
    names = [f's{i}' for i in range(1, 101)]
    members = {f'n{i}': [service(f's{i}', i)] for i in range(1, 101)}
    for path, wanted in ((SERVICES, UNREACHABLE), (NODES, UNREACHABLE), ('/v1/health/service/s5', UNREACHABLE)):
        routes = catalog_routes(names, members, **{path: text(500, 'rpc error')})
        for other in routes:  # a busy machine may hold up the one thread that has the failure
            if other.startswith('/v1/health/service/') and other != path:
                routes[other] = late(routes[other])
        result, stub = catalog(routes)
        fails(result, wanted, 'rpc error', f'{path} fails')
    ok(len(stub.requests) < 70, 'the first failure ends the whole fan-out', len(stub.requests))
    members = {'n1': [service('s1', 1)], 'n2': [service('s2', 2)]}
    for path, answer, code, pattern in [
            (NODE + 'n2', text(500, 'rpc error'), UNREACHABLE, 'rpc error'),
            (NODE + 'n2', json_answer([]), MALFORMED, 'a list'),
            (NODE + 'n2', json_answer({'Node': 1}), MALFORMED, 'no Node'),
            (NODE + 'n2', raw(), UNREACHABLE, 'early'),
            (NODE + 'n2', json_answer('nullx'), MALFORMED, 'broken JSON'),
            (NODE + 'n2', json_answer({'Node': {}, 'Services': {'a': 1}}), MALFORMED, 'no object'),
            (CHECKS, text(403, 'Permission denied'), DENIED, 'Permission denied'),
            (CHECKS, json_answer({}), MALFORMED, 'an object'),
            (CHECKS, json_answer([1]), MALFORMED, 'check'),
            (NODES, json_answer([{}]), MALFORMED, 'no name'),
            (SERVICES, json_answer([]), MALFORMED, 'a list')]:
        result, _ = catalog(catalog_routes(['s1', 's2', 's3'], members, **{path: answer}))
        fails(result, code, pattern, f'{path} gives {bytes(answer[0])[-30:] if answer else b""!r}')


whole_catalog()
moving_catalog()
broken_catalog()
finish()
