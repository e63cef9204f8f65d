# SPDX-License-Identifier: MIT
"""The library against the scheme in Python: every vector, and thousands of random clusters."""
import collections
import json
import os
import random
import subprocess
import sys

sys.dont_write_bytecode = True
tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, tests)
import scheme  # noqa: E402

RANK = os.path.join(os.environ.get('top_builddir', '.'), 'tests', 'scheme', 'rank')
MASK32 = 2**32 - 1
failures, number = [], 0


def ask(requests):
    """One process for all of them; it answers in order."""
    text = '\n'.join(json.dumps(request) for request in requests)
    environment = {name: value for name, value in os.environ.items() if name in ('PATH', 'LD_LIBRARY_PATH',
                   'PROXENOS_PLUGIN_PATH', 'PROXENOS_CPU', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS')}
    done = subprocess.run([RANK], input=text.encode(), stdout=subprocess.PIPE, env=environment, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(requests), 'the library stopped after %d of %d' % (len(answers), len(requests))
    return answers


def test(title, made):
    """`made` yields what is wrong; its last item is how many cases there were."""
    global number
    number += 1
    *problems, count = made
    for problem in problems[:5]:
        print('# %s' % problem)
    is_right = count > 0 and not problems
    if not is_right:
        failures.append(title)
    print('%s %d - %s: %d of %d' % ('ok' if is_right else 'not ok', number, title, count - len(problems), count))


def load(name):
    with open(os.path.join(tests, 'vectors', name), encoding='utf-8') as file:
        return json.load(file)


def settings(hash_name, options=None, **others):
    made = {'hash': hash_name}
    made.update({'hash.' + name: str(value) for name, value in (options or {}).items()})
    made.update(others)
    return made


def node(host, port, weight=1, **others):
    return dict(host=host, port=port, weight=weight, **others)


def is_missing(answer):
    """The hash's plugin is not part of this build."""
    return answer.get('status') == 'plugin'


# ------------------------------------------------------------------ vectors

def hashes_are_met():
    cases = load('hashes.json')
    groups = collections.OrderedDict()
    for case in cases:
        groups.setdefault((case['hash'], json.dumps(case['options'])), []).append(case)
    requests = [{'settings': settings(name, json.loads(options)), 'keys': [case['input'] for case in group]}
                for (name, options), group in groups.items()]
    count = 0
    for group, answer in zip(groups.values(), ask(requests)):
        if is_missing(answer):
            continue
        count += len(group)
        for index, case in enumerate(group):
            if answer.get('hashes', [''] * len(group))[index] != case['hash64']:
                yield '%s %s %s' % (case['hash'], case['options'], answer)
    yield count


def hrw_vectors_are_met():
    clusters = load('hrw.json')
    requests = [{'settings': settings('siphash'), 'keys': [cluster['key'].encode().hex()],
                 'nodes': [split_identity(item['identity'], item['weight']) for item in cluster['nodes']]}
                for cluster in clusters]
    for cluster, answer in zip(clusters, ask(requests)):
        numbers = {item['identity']: (item['hash64'], item['S'], item['NLOG2']) for item in cluster['nodes']}
        ranking = answer.get('rankings', [[]])[0]
        if [place['identity'] for place in ranking] != cluster['ranking']:
            yield 'ranking of %s: %s' % (cluster['key'], answer)
        elif any((place['digest'], place['score'], place['cost']) != numbers[place['identity']]
                 for place in ranking):
            yield 'numbers of %s' % cluster['key']
    yield len(clusters)


def split_identity(identity, weight):
    host, port = identity.rsplit(':', 1)
    return node(host, int(port), weight)


def lcg_vectors_are_met():
    clusters = load('lcg.json')
    requests = [{'settings': settings(cluster['hash'], weighting='lcg'), 'keys': [cluster['key'].encode().hex()],
                 'nodes': [split_identity(item['identity'], item['weight']) for item in cluster['nodes']]}
                for cluster in clusters]
    for cluster, answer in zip(clusters, ask(requests)):
        if not cluster['ranking']:
            if answer.get('status') != 'no node':
                yield answer
            continue
        wanted = {item['identity']: item for item in cluster['nodes']}
        ranking = answer.get('rankings', [[]])[0]
        if ([place['identity'] for place in ranking] != cluster['ranking'] or
                any(int(place['score'], 16) != wanted[place['identity']]['W'] for place in ranking)):
            yield answer
    yield len(clusters)


def python_options(options):
    renamed = dict(options)
    if 'sip_key' in renamed:
        renamed['key'] = renamed.pop('sip_key')
    return renamed


def python_vectors_are_met():
    """Under the package's own names of its methods, in its own capitals."""
    clusters = load('python.json')
    # Identity `name`, since a mapped address and its IPv4 form are one node by address.
    requests = [{'settings': settings(cluster['method'].upper(), python_options(cluster['options']),
                                      weighting='python', identity='name'),
                 'keys': [cluster['key_utf8'].encode().hex()],
                 'nodes': [node(*split(text), name=text) for text in cluster['nodes']]} for cluster in clusters]
    count = 0
    for cluster, answer in zip(clusters, ask(requests)):
        if is_missing(answer):
            continue
        count += 1
        ranking = answer.get('rankings', [[]])[0]
        weights = {place['identity']: str(int(place['score'], 16)) for place in ranking}
        seeds = {place['identity']: str(int(place['digest'], 16)) for place in ranking}
        if (weights != dict(zip(cluster['nodes'], cluster['weights'])) or
                seeds != dict(zip(cluster['nodes'], cluster['seeds'])) or
                answer['selected'] != [cluster['selected']] or answer['many'] != [cluster['selected']]):
            yield '%s %s: %s' % (cluster['method'], cluster['options'], answer)
    yield count


def split(text):
    host, port = text.rsplit('|', 1)
    return host, int(port)


def identities_are_met():
    cases = [case for case in load('scheme.json')['identities'] if case['port'] is not None]
    requests = [{'settings': settings('siphash'), 'keys': [''], 'nodes': [node(case['host'], case['port'])]}
                for case in cases]
    for case, answer in zip(cases, ask(requests)):
        got = answer['selected'][0] if 'selected' in answer else None
        if got != case['identity'] or (got is None and 'error' not in answer):
            yield '%s: %s' % (case, answer)
    yield len(cases)


def cluster_fingerprints_are_met():
    cases = [case for case in load('scheme.json')['clusters'] if any(weight for _, weight in case['nodes'])]
    requests = [{'settings': settings('siphash'), 'keys': [],
                 'nodes': [split_identity(*item) for item in case['nodes']]} for case in cases]
    for case, answer in zip(cases, ask(requests)):
        if answer.get('fingerprint') != case['fingerprint']:
            yield '%s: %s' % (case, answer)
    yield len(cases)


def secrets_are_met():
    cases = load('scheme.json')['secrets']
    requests = [{'settings': settings('siphash', {'key': case['secret']}), 'keys': [''],
                 'nodes': [node('10.0.0.1', 80)]} for case in cases]
    for case, answer in zip(cases, ask(requests)):
        if answer.get('scheme') != 'hrw1/siphash-2-4/address/key=' + case['fingerprint']:
            yield '%s: %s' % (case, answer)
    yield len(cases)


# ------------------------------------------------------------ random clusters

chance = random.Random(20170122)


def random_host():
    if chance.random() < 0.6:
        return '.'.join(str(chance.choice((0, 1, 10, 255, chance.randrange(256)))) for _ in range(4))
    return ':'.join('%x' % chance.choice((0, 0, 1, 0xffff, chance.randrange(65536))) for _ in range(8))


def random_weight():
    return chance.choice((0, 1, 1, 1, 2, 3, 100, chance.randrange(1000), chance.randrange(2**32), MASK32))


def random_nodes(most):
    """Distinct identities."""
    count = chance.choice((1, 2, 3, 5, 10, chance.randrange(1, most)))
    is_equal = chance.random() < 0.3
    nodes = {}
    for _ in range(count):
        host, port = random_host(), chance.choice((1, 80, 8000, 65535, None, chance.randrange(1, 65536)))
        nodes[scheme.identity(host, port)] = (host, port, 1 if is_equal else random_weight())
    return nodes


def random_keys(count):
    lengths = [chance.choice((0, 1, 7, 8, 9, 16, 40)) for _ in range(count)]
    return [bytes(chance.randrange(256) for _ in range(length)) for length in lengths]


HASHES = [('siphash', {}, lambda data: scheme.siphash(scheme.DEFAULT_KEY, data)),
          ('siphash-1-3', {'key': bytes(16).hex()}, lambda data: scheme.siphash(bytes(16), data, 1, 3)),
          ('mmh3_32', {'seed': 7}, lambda data: scheme.widen(lambda x: scheme.murmur3_x86_32(x, 7), data)),
          ('mmh3_64', {'optimize': 'x64'}, lambda data: scheme.murmur3_x64_128(data)[0]),
          ('mmh3_128', {'optimize': 'x86'}, lambda data: scheme.halves(scheme.murmur3_x86_128(data))[0])]


def random_requests(count, most, weighting):
    for _ in range(count):
        name, options, hash64 = chance.choice(HASHES)
        nodes, keys = random_nodes(most), random_keys(2)
        order = list(nodes.values())
        chance.shuffle(order)
        slots = chance.choice((0, 0, 0, 1, 3, 64, 1000))
        yield hash64, nodes, keys, slots, {
            'settings': settings(name, options, weighting=weighting, table=str(slots)),
            'keys': [key.hex() for key in keys], 'nodes': [node(*item) for item in order]}


def compare(answer, keys, rankings):
    """Whether the library says for the keys against the identities in order."""
    if not rankings[0]:
        return answer.get('status') == 'no node'
    got = [[place['identity'] for place in ranking] for ranking in answer.get('rankings', [])]
    first = [ranking[0] for ranking in rankings]
    return got == rankings and answer['selected'] == first and answer['many'] == first


def random_clusters(count, most, weighting, rank):
    cases = list(random_requests(count, most, weighting))
    for (hash64, nodes, keys, slots, request), answer in zip(cases, ask([case[4] for case in cases])):
        weighted = [(identity, weight) for identity, (_, _, weight) in nodes.items()]
        if is_missing(answer):
            continue
        if not compare(answer, keys, [rank(hash64, weighted, key, slots) for key in keys]):
            yield '%s: %s' % (json.dumps(request)[:1000], str(answer)[:1000])
        elif 'scheme' in answer and answer['scheme'].partition('/table=')[2] != (str(slots) if slots else ''):
            yield 'scheme %s with %d slots' % (answer['scheme'], slots)
        elif 'fingerprint' in answer and answer['fingerprint'] != scheme.cluster_fingerprint(weighted):
            yield 'fingerprint of %s' % json.dumps(request)[:1000]
    yield count


METHODS = ['siphash', 'mmh3_32', 'mmh3_64', 'mmh3_128', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']


def random_python_clusters(count):
    cases = []
    for _ in range(count):
        method, options = chance.choice(METHODS), {}
        if method == 'siphash' and chance.random() < 0.5:
            options = {'sip_key': bytes(chance.randrange(256) for _ in range(16)).hex()}
        elif method.startswith('mmh3'):
            options = {'seed': chance.choice((0, 1, MASK32, chance.randrange(2**32)))}
            if method != 'mmh3_32':
                options['optimize'] = chance.choice(('x64', 'x86'))
        nodes, keys = random_nodes(70), random_keys(1)
        cases.append((method, options, nodes, keys, {
            'settings': settings(method, python_options(options), weighting='python'),
            'keys': [key.hex() for key in keys], 'nodes': [node(*item) for item in nodes.values()]}))
    for (method, options, nodes, keys, request), answer in zip(cases, ask([case[4] for case in cases])):
        if is_missing(answer):
            continue
        # The package packs a port of 0 where there is none.
        selectable = [(identity, host, port or 0) for identity, (host, port, weight) in nodes.items() if weight > 0]
        rankings = [scheme.rank_python(scheme.python_digest(method, key, options), selectable) for key in keys]
        if not compare(answer, keys, rankings):
            yield '%s: %s' % (json.dumps(request)[:1000], str(answer)[:1000])
    yield count


def compat_is_one_switch():
    """Weights, and a hash's other default, do not count under compat: python."""
    nodes = {scheme.identity(host, 8000): host for host in ('192.168.100.%d' % i for i in range(100, 110))}
    keys = ['secret', 'touch\u00e9', 'moist towelette']
    request = {'settings': {'compat': 'python'}, 'keys': [key.encode().hex() for key in keys],
               'nodes': [node(host, 8000, chance.choice((0, 1, 9))) for host in nodes.values()]}
    answer = ask([request])[0]
    # The package's own tests.
    if answer.get('selected') != ['192.168.100.%d:8000' % i for i in (104, 109, 106)]:
        yield str(answer)
    yield 1


# ------------------------------------------------------------ scheme texts

SETTINGS = {
    'weighting': [None, 'hrw', 'python', 'lcg'], 'compat': [None, None, 'none', 'python'],
    'identity': [None, None, 'address', 'name', 'name', 'instance', 'meta.rack', 'meta.a/b c'], 'table': [None, None, '0', '1', '64'],
    'spread': [None, None, 'zone', 'meta.rack', 'meta.a/b=c%20\u00e9', 'meta.a/b c'],
    'hash': [None, 'siphash', 'siphash-1-3', 'mmh3_32', 'mmh3_64', 'sha256', 'xxh64'],
    'hash.key': [None, None, bytes(16).hex()], 'hash.seed': [None, '0', '7'],
    'hash.optimize': [None, 'x64', 'x86'],
}


def draw_settings():
    drawn = {name: chance.choice(values) for name, values in SETTINGS.items()}
    return {name: value for name, value in drawn.items() if value is not None}


def draw_nodes():
    """Of few kinds, so that two of them are often alike in all but one thing."""
    hosts = chance.choice((['10.0.0.1', '10.0.0.2', '10.0.0.3'], ['10.0.0.1', '10.0.0.2', '2001:db8::1'],
                           ['10.0.0.3', '10.0.0.2', '10.0.0.1'], ['::ffff:10.0.0.1', '10.0.0.2', '10.0.0.3']))
    weights = chance.choice(([1, 1, 1], [1, 9, 0], [2, 2, 2]))
    zones, racks = chance.choice(('xxy', 'xyz', 'xxy')), chance.choice(('pqr', 'prq', 'ppp'))
    return [node(host, 80, weight, name=name, source='machine', zone=zone, metadata={'rack': rack, 'a/b c': name})
            for host, weight, name, zone, rack in zip(hosts, weights, 'abc', zones, racks)]


def known(drawn):
    """The options that the hash has."""
    name = drawn.get('hash', 'siphash')
    has = {'key': 'siphash' in name, 'seed': name.startswith(('mmh3', 'xxh')), 'optimize': name == 'mmh3_64'}
    return {key: value for key, value in drawn.items() if has.get(key.partition('.')[2], True)}


def domains(request):
    by, known = request['settings']['spread'], request['settings'].get('identity', 'address')
    return {scheme.known_by(known, item): item['zone'] if by == 'zone' else item['metadata'].get(by[len('meta.'):], '')
            for item in request['nodes']}


def equal_texts_mean_equal_rankings(count):
    keys = [('k%d' % i).encode().hex() for i in range(12)]
    requests = [{'settings': known(draw_settings()), 'keys': keys, 'nodes': draw_nodes()} for _ in range(count)]
    seen, met = {}, 0
    for request, answer in zip(requests, ask(requests)):
        if 'error' in answer:
            # Some hashes and weightings have no tables, and racks of several nodes do not name one.
            if answer['status'] not in ('unsupported', 'plugin', 'configuration'):
                yield '%s: %s' % (request, answer)
            continue
        rankings = [[place['identity'] for place in ranking] for ranking in answer['rankings']]
        if 'spread' in answer and answer['spread'] != [scheme.spread(ranking, domains(request)) for ranking in rankings]:
            yield 'spread of %s: %s' % (request, answer)
        said = (answer['scheme'], answer['fingerprint'])
        other, other_rankings = seen.setdefault(said, (request, (rankings, answer.get('spread'))))
        met += other is not request
        if (rankings, answer.get('spread')) != other_rankings:
            yield '%s %s: %s and %s' % (*said, request, other)
        if not all(0x21 <= ord(character) <= 0x7e for character in answer['scheme']):
            yield 'not printable ASCII: %s' % answer['scheme']
    if met < count / 8:
        yield 'only %d of %d draws had an equal one before' % (met, count)
    yield count


def nodes_are_known_as_in_the_vectors():
    cases = load('scheme.json')['known']
    requests = [{'settings': {'identity': case['by']}, 'keys': [''], 'nodes': [case['node']]} for case in cases]
    for case, answer in zip(cases, ask(requests)):
        got = answer['selected'][0] if 'selected' in answer else None
        if got != case['identity'] or (got is None and answer.get('status') != 'configuration'):
            yield '%s: %s' % (case, answer)
    yield len(cases)


def scheme_texts_are_met():
    cases = load('scheme.json')['schemes']
    requests = [{'settings': case['settings'], 'keys': [], 'nodes': case['nodes']} for case in cases]
    for case, answer in zip(cases, ask(requests)):
        if answer.get('scheme') != case['scheme']:
            yield '%s: %s' % (case, answer)
    yield len(cases)


def main():
    print('1..15')
    test('hashes give the digests of the vectors', hashes_are_met())
    test('hrw ranks the vectors, every number equal', hrw_vectors_are_met())
    test('lcg ranks the vectors, every number equal', lcg_vectors_are_met())
    test('python weighs the vectors, every number equal', python_vectors_are_met())
    test('identities are those of the vectors', identities_are_met())
    test('clusters have the fingerprints of the vectors', cluster_fingerprints_are_met())
    test('secrets have the fingerprints of the vectors', secrets_are_met())
    test('small random clusters rank by hrw as in Python', random_clusters(3000, 20, 'hrw', scheme.rank_hrw))
    test('larger random clusters rank by hrw as in Python', random_clusters(30, 700, 'hrw', scheme.rank_hrw))
    test('random clusters rank by lcg as in Python', random_clusters(500, 40, 'lcg', scheme.rank_lcg))
    test('random clusters rank by python as in Python', random_python_clusters(1000))
    test("compat: python gives the package's own answers", compat_is_one_switch())
    test('nodes are known by what the vectors say', nodes_are_known_as_in_the_vectors())
    test('schemes have the texts of the vectors', scheme_texts_are_met())
    test('equal scheme and fingerprint mean equal rankings', equal_texts_mean_equal_rankings(5000))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
