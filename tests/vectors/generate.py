# SPDX-License-Identifier: MIT
"""generate.py           says in TAP whether the vectors of this folder are what the scheme gives
generate.py --write   writes them

Everything is computed by tests/scheme.py, hashlib and random.Random; nothing by the C code.  What stands in tables
below was published elsewhere.  README.md tells the shape of the files."""
import hashlib
import json
import os
import random
import sys

sys.dont_write_bytecode = True  # the source tree may be read-only, and stays as it is
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
import scheme  # noqa: E402


def load(name):
    with open(os.path.join(here, name), encoding='utf-8') as file:
        return json.load(file)


# ------------------------------------------------------------------- hashes

def xxh32(data, seed):
    """XXH32 (Collet); for the widening, of which xxHash publishes nothing."""
    p1, p2, p3, p4, p5 = 2654435761, 2246822519, 3266489917, 668265263, 374761393
    mask, rotate = scheme.MASK32, lambda x, n: scheme.rotate(x & scheme.MASK32, n, 32)
    whole = len(data) & ~15
    h = seed + p5
    if whole:
        lanes = [seed + p1 + p2, seed + p2, seed, seed - p1]
        for i, word in enumerate(scheme.words_of(data[:whole], 4)):
            lanes[i % 4] = rotate(lanes[i % 4] + word * p2, 13) * p1
        h = sum(rotate(lane, n) for lane, n in zip(lanes, (1, 7, 12, 18)))
    h, rest = h + len(data), data[whole:]
    while len(rest) >= 4:
        h, rest = rotate(h + int.from_bytes(rest[:4], 'little') * p3, 17) * p4, rest[4:]
    for byte in rest:
        h = rotate(h + byte * p5, 11) * p1
    h &= mask
    h = (h ^ h >> 15) * p2 & mask
    h = (h ^ h >> 13) * p3 & mask
    return h ^ h >> 16


def sanity_buffer(length):
    """The input of xxHash's tests/sanity_test_vectors.h."""
    out, generator = [], 2654435761
    for _ in range(length):
        out.append(generator >> 56)
        generator = generator * 11400714785074694797 & scheme.MASK64
    return bytes(out)


PRIME32, PRIME64 = 2654435761, 11400714785074694797
XXH32 = [(0, 0, 0x02cc5d05), (PRIME32, 0, 0x36b78ae7), (0, 1, 0xcf65b03e), (PRIME32, 1, 0xb4545aa4),
         (0, 14, 0x1208e7e2), (PRIME32, 14, 0x6af1d1fe)]
XXH64 = [(0, 0, 0xef46db3751d8e999), (PRIME32, 0, 0xac75fda2929b17ef), (0, 1, 0xe934a84adb052768),
         (PRIME32, 1, 0x5014607643a9b4c3), (0, 14, 0x8282dcc4994e35c8), (PRIME32, 14, 0xc3bd6bf63deb6df0)]
XXH3_64 = [(0, 0, 0x2d06800538d394c2), (PRIME64, 0, 0xa8a6b918b2f0364a), (0, 1, 0xc44bdff4074eecdb),
           (PRIME64, 1, 0x032be332dd766ef8), (0, 12, 0xa713daf0dfbb77e7), (PRIME64, 12, 0xe7303e1b2336de0e),
           (0, 48, 0x397da259ecba1f11), (PRIME64, 48, 0xadc2cbaa44acc616), (0, 80, 0xbcdefbbb2c47c90a)]
XXH3_128 = [(0, 0, 0x99aa06d3014798d86001c324468d497f), (0, 1, 0xa6cd5e9392000f6ac44bdff4074eecdb),
            (PRIME32, 1, 0x89b99554ba22467cb53d5557e7f76f8d), (0, 6, 0x082afe0b8162d12a3e7039bdda43cfc6),
            (0, 48, 0xa002ac4e5478227ef942219aed80f67b), (PRIME32, 48, 0x163adde36c0722957ba3c3e453a1934e)]
XXHASH_SOURCE = 'xxHash, tests/sanity_test_vectors.h'


def entry(name, options, data, hash64, digest, source):
    return {'hash': name, 'options': options, 'input': data.hex(), 'hash64': '%016x' % hash64,
            'digest': digest.hex(), 'source': source}


def xxhash_vectors():
    for seed, length, value in XXH32:
        data = sanity_buffer(length)
        assert xxh32(data, seed) == value
        wide = scheme.widen(lambda x: xxh32(x, seed), data)  # noqa: B023
        yield entry('xxh32', {'seed': seed}, data, wide, value.to_bytes(4, 'big'), XXHASH_SOURCE + ', widened')
    for name, table, size in ('xxh64', XXH64, 8), ('xxh3-64', XXH3_64, 8), ('xxh3-128', XXH3_128, 16):
        for seed, length, value in table:
            yield entry(name, {'seed': seed}, sanity_buffer(length), value & scheme.MASK64,
                        value.to_bytes(size, 'big'), XXHASH_SOURCE)


def inputs():
    return [b'', b'a', b'secret', 'touch\u00e9'.encode(), b'moist towelette', b'10.0.0.1:8000',
            b'[2001:db8::1]:8000', bytes(range(256))] + [bytes(range(length)) for length in range(1, 34, 3)]


def siphash_vectors():
    for name, rounds in ('siphash-2-4', (2, 4)), ('siphash-1-3', (1, 3)):
        for key in scheme.DEFAULT_KEY, bytes(range(16)):
            for data in inputs():
                value = scheme.siphash(key, data, *rounds)
                yield entry(name, {'key': key.hex()}, data, value, value.to_bytes(8, 'little'), 'tests/scheme.py')


def murmur_vectors():
    for seed in 0, 1, 2538058380:
        for data in inputs():
            value = scheme.murmur3_x86_32(data, seed)
            wide = scheme.widen(lambda x: scheme.murmur3_x86_32(x, seed), data)  # noqa: B023
            yield entry('mmh3_32', {'seed': seed}, data, wide, value.to_bytes(4, 'big'), 'tests/scheme.py')
            for form, halves in (('x64', scheme.murmur3_x64_128(data, seed)),
                                 ('x86', scheme.halves(scheme.murmur3_x86_128(data, seed)))):
                options = {'optimize': form, 'seed': seed}
                low, high = (half.to_bytes(8, 'big') for half in halves)
                yield entry('mmh3_64', options, data, halves[0], low, 'tests/scheme.py')
                yield entry('mmh3_128', options, data, halves[0], high + low, 'tests/scheme.py')


def digest_vectors():
    names = [(name, name) for name in ('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512')]
    names += [('sha3-256', 'sha3_256'), ('sha3-512', 'sha3_512'), ('blake2s256', 'blake2s'),
              ('blake2b512', 'blake2b')]
    for name, of_hashlib in names:
        for data in inputs():
            value = hashlib.new(of_hashlib, data, usedforsecurity=False).digest()
            yield entry(name, {}, data, int.from_bytes(value[:8], 'big'), value, 'hashlib')


def hashes():
    return [*siphash_vectors(), *murmur_vectors(), *digest_vectors(), *xxhash_vectors()]


# --------------------------------------------------------------- weightings

def hash64_of(name):
    if name == 'siphash-2-4':
        return lambda data: scheme.siphash(scheme.DEFAULT_KEY, data)
    return lambda data: scheme.widen(scheme.murmur3_x86_32, data)


def lcg():
    chance, clusters = random.Random(1996), []
    for number in range(40):
        name = ('siphash-2-4', 'mmh3_32')[number % 2]
        hash64 = hash64_of(name)
        hosts = chance.sample(range(1, 255), chance.choice((1, 2, 3, 10, 30)))
        nodes = [('10.0.%d.%d:8000' % (number, host), chance.choice((1, 1, 1, 0, 5))) for host in hosts]
        key = chance.choice(('secret', '', 'touch\u00e9', 'k%d' % number))
        digest = hash64(key.encode())
        clusters.append({
            'hash': name, 'key': key, 'key_hash64': '%016x' % digest,
            'nodes': [{'identity': identity, 'weight': weight, 'hash64': '%016x' % hash64(identity.encode()),
                       'W': scheme.lcg_weight(digest, hash64(identity.encode()))} for identity, weight in nodes],
            'ranking': scheme.rank_lcg(hash64, nodes, key.encode())})
    return clusters


def python():
    """What is computed again: all but method, options, key and nodes."""
    clusters = []
    for old in load('python.json'):
        method, options, key = old['method'], old['options'], old['key_utf8']
        digest, size = scheme.python_digest(method, key.encode(), options), len(old['digest']) // 2
        nodes = [(text, *split(text)) for text in old['nodes']]
        seeds = [scheme.python_seed(host, port) for _, host, port in nodes]
        clusters.append({
            'method': method, 'options': options, 'key_utf8': key,
            'digest': (digest % 256**size).to_bytes(size, 'big').hex(), 'signed': method in ('mmh3_32', 'mmh3_64'),
            'nodes': old['nodes'], 'seeds': [str(seed) for seed in seeds],
            'weights': [str(scheme.python_weight(digest, seed)) for seed in seeds],
            'selected': scheme.rank_python(digest, nodes)[0]})
    return clusters


def split(text):
    host, port = text.rsplit('|', 1)
    return host, int(port)


def hrw():
    """What is computed again: all but key, identities and weights.  SipHash-2-4 under the default key."""
    hash64, clusters = hash64_of('siphash-2-4'), []
    for old in load('hrw.json'):
        digest = hash64(old['key'].encode())
        key, nodes = scheme.hrw_key(digest), []
        for node in old['nodes']:
            d = hash64(node['identity'].encode())
            score = scheme.hrw_score(key, scheme.hrw_node(d))
            nodes.append({'identity': node['identity'], 'weight': node['weight'], 'hash64': '%016x' % d,
                          'D': '%016x' % scheme.hrw_node(d), 'S': '%016x' % score,
                          'NLOG2': '%016x' % scheme.nlog2(score)})
        pairs = [(node['identity'], node['weight']) for node in nodes]
        clusters.append({'key': old['key'], 'key_hash64': '%016x' % digest, 'K': '%016x' % key, 'nodes': nodes,
                         'ranking': scheme.rank_hrw(hash64, pairs, old['key'].encode())})
    return clusters


# ------------------------------------------------------------------- scheme

HOSTS = ['10.0.0.1', '0.0.0.0', '255.255.255.255', '010.0.0.1', '1.2.3', '1.2.3.256', '1.2.3.4.5', '', '::',
         '::1', '2001:DB8::1', '[2001:db8::1]', '2001:db8:0:0:1:0:0:1', '2001:db8:0:1:1:1:1:1',
         '2001:0:0:1:0:0:0:1', '1:0:0:2::', '0:0:1::', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8',
         '1::3:4:5:6:7:8', '::ffff:1.2.3.4', '::FFFF:102:304', '::1.2.3.4', '::102:304', '64:ff9b::192.0.2.1',
         '::ffff:0:1.2.3.4', 'fe80::1%eth0', '1::2::3', ':::', '1:2:3:4:5:6:7:8:9', '12345::', '::1.2.3.04',
         'localhost', 'Db.Example.', 'a-b.example', 'under_score', '-a.example', 'a-.example', 'a..b', 'a b',
         'x' * 63 + '.example', 'x' * 64 + '.example', '[10.0.0.1]', '1.2.3.4.example']


def identity_or_null(host, port):
    try:
        return scheme.identity(host, port)
    except (ValueError, IndexError):
        return None


def scheme_vectors():
    chance = random.Random(1)
    identities = [{'host': host, 'port': port, 'identity': identity_or_null(host, port)}
                  for host in HOSTS for port in (None, 8000)]
    identities += [{'host': '10.0.0.1', 'port': port, 'identity': identity_or_null('10.0.0.1', port)}
                   for port in (1, 65535)]
    for _ in range(60):
        groups = ['%x' % chance.choice((0, 0, 0, chance.randrange(65536))) for _ in range(8)]
        host = ':'.join(groups)
        identities.append({'host': host, 'port': 80, 'identity': identity_or_null(host, 80)})
    secrets = [{'secret': key.hex(), 'fingerprint': scheme.secret_fingerprint(key)}
               for key in (scheme.DEFAULT_KEY, bytes(16), bytes(range(16)))]
    clusters = []
    for size in 0, 1, 2, 3, 10, 30:
        nodes = [('10.1.%d.%d:%d' % (size, i, chance.choice((80, 8000))), chance.choice((0, 1, 1, 7, 2**32 - 1)))
                 for i in range(size)]
        chance.shuffle(nodes)
        clusters.append({'nodes': [list(node) for node in nodes], 'fingerprint': scheme.cluster_fingerprint(nodes)})
    return {'identities': identities, 'secrets': secrets, 'clusters': clusters, 'nlog2_table': scheme.nlog2_table(),
            'known': known(), 'schemes': scheme_texts()}


SPREAD_NODES = [('10.0.0.1', 'a', 'x', 'p'), ('10.0.0.2', 'b', 'y', 'q'), ('2001:db8::1', 'c', 'x', 'r')]


def scheme_texts():
    """Settings and nodes with the text that they have.  All by SipHash-2-4 under the default key."""
    key = 'key=' + scheme.secret_fingerprint(scheme.DEFAULT_KEY)
    nodes = [{'host': host, 'port': 80, 'weight': 1, 'name': name, 'zone': zone, 'metadata': {'rack': rack, 'a/b=c%,\u00e9 d': name}}
             for host, name, zone, rack in SPREAD_NODES]
    seeds = {name: scheme.python_seed(host, 80) for host, name, _, _ in SPREAD_NODES}

    def case(settings, *arguments, spread=None, zone=lambda node: '', by='address', seeded=False, weights=(1, 1, 1),
             **others):
        weighted = [dict(node, weight=weight) for node, weight in zip(nodes, weights)]
        records = None
        if spread or seeded:
            records = scheme.node_records(
                [(scheme.known_by(by, node),
                  seeds[node['name']] if seeded and node['weight'] else None, zone(node)) for node in weighted])
        text = scheme.scheme_text(*arguments, key, spread=spread, nodes=records, **others)
        return {'settings': settings, 'nodes': weighted, 'scheme': text}

    by_zone, by_rack = (lambda node: node['zone']), (lambda node: node['metadata']['rack'])
    return [
        case({}, 'hrw1', 'siphash-2-4', 'address'),
        case({'identity': 'name'}, 'hrw1', 'siphash-2-4', 'name'),
        case({'identity': 'meta.rack'}, 'hrw1', 'siphash-2-4', 'meta.rack'),
        case({'identity': 'meta.a/b=c%,\u00e9 d'}, 'hrw1', 'siphash-2-4', 'meta.a/b=c%,\u00e9 d'),
        case({'weighting': 'lcg', 'table': '64'}, 'lcg', 'siphash-2-4', 'address', slots=64),
        case({'weighting': 'python'}, 'python', 'siphash-2-4', 'address'),
        case({'weighting': 'python'}, 'python', 'siphash-2-4', 'address', weights=(1, 9, 0)),
        case({'compat': 'python'}, 'python', 'siphash-2-4', 'address', ignores_weights=True),
        case({'compat': 'python'}, 'python', 'siphash-2-4', 'address', weights=(1, 9, 0), ignores_weights=True),
        case({'compat': 'python', 'weighting': 'hrw'}, 'hrw1', 'siphash-2-4', 'address', weights=(2, 2, 2),
             ignores_weights=True),
        case({'compat': 'python', 'weighting': 'lcg', 'table': '7'}, 'lcg', 'siphash-2-4', 'address',
             weights=(1, 1, 0), ignores_weights=True, slots=7),
        case({'weighting': 'python', 'identity': 'name'}, 'python', 'siphash-2-4', 'name', by='name', seeded=True),
        case({'weighting': 'python', 'identity': 'name'}, 'python', 'siphash-2-4', 'name', by='name', seeded=True,
             weights=(3, 0, 1)),
        case({'spread': 'zone'}, 'hrw1', 'siphash-2-4', 'address', spread='zone', zone=by_zone),
        case({'spread': 'meta.rack', 'table': '7'}, 'hrw1', 'siphash-2-4', 'address', spread='meta.rack',
             zone=by_rack, slots=7),
        case({'spread': 'meta.a/b=c%,\u00e9 d'}, 'hrw1', 'siphash-2-4', 'address', spread='meta.a/b=c%,\u00e9 d',
             zone=lambda node: node['name']),
        case({'spread': 'meta.none'}, 'hrw1', 'siphash-2-4', 'address', spread='meta.none'),
        case({'identity': 'meta.rack', 'weighting': 'python'}, 'python', 'siphash-2-4', 'meta.rack', by='meta.rack',
             seeded=True),
        case({'compat': 'python', 'identity': 'name', 'spread': 'zone'}, 'python', 'siphash-2-4', 'name',
             by='name', seeded=True, spread='zone', zone=by_zone, weights=(1, 2, 3), ignores_weights=True),
    ]


def known():
    """What nodes are known by: null where they lack it."""
    whole = {'host': '10.0.0.1', 'port': 80, 'name': 'api', 'source': 'machine-1', 'metadata': {'slot': '3', 'a/b c': 'x'}}
    nodes = [whole, dict(whole, host='::ffff:10.0.0.1'), dict(whole, port=None),
             dict(whole, name='a/b', source='m/n', metadata={'slot': 'touch\u00e9 1/2,'}),
             dict(whole, name=''), dict(whole, source=''), dict(whole, metadata={}), dict(whole, metadata={'slot': ''}),
             {'host': 'Db.Example.', 'port': 5432}]
    cases = []
    for node in nodes:
        for by in 'address', 'name', 'instance', 'meta.slot', 'meta.a/b c':
            try:
                identity = scheme.known_by(by, node)
            except ValueError:
                identity = None
            cases.append({'by': by, 'node': node, 'identity': identity})
    return cases


FILES = {'hashes.json': hashes, 'hrw.json': hrw, 'lcg.json': lcg, 'python.json': python,
         'scheme.json': scheme_vectors}


def main():
    must_write = sys.argv[1:] == ['--write']
    print('1..%d' % len(FILES))
    for number, (name, make) in enumerate(FILES.items(), 1):
        made = make()
        is_met = os.path.exists(os.path.join(here, name)) and load(name) == made
        if must_write and not is_met:
            with open(os.path.join(here, name), 'w', encoding='ascii') as file:
                json.dump(made, file, indent=1)
                file.write('\n')
            is_met = True
        print('%s %d - %s is what the scheme gives' % ('ok' if is_met else 'not ok', number, name))


if __name__ == '__main__':
    main()
