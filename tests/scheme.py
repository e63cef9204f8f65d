# SPDX-License-Identifier: MIT
"""The scheme once more, from proxenos-scheme(7) alone and with nothing but the standard library: what the C program
is compared with, and what the vectors are made with.  Plain on purpose; speed is no aim."""
import functools
import hashlib
import ipaddress
import random
import re
from decimal import Decimal, localcontext

MASK32, MASK64 = 2**32 - 1, 2**64 - 1
DEFAULT_KEY = bytes.fromhex('d906b07a881315ce308847a8c4de69c6')


def rotate(x, n, bits):
    return (x << n | x >> (bits - n)) & (2**bits - 1)


# ------------------------------------------------------------------- hashes

def siphash(key, data, per_word=2, at_end=4):
    """The 64-bit integer (Aumasson and Bernstein 2012)."""
    k0, k1 = int.from_bytes(key[:8], 'little'), int.from_bytes(key[8:], 'little')
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573]

    def rounds(count):
        a, b, c, d = v
        for _ in range(count):
            a = (a + b) & MASK64
            b = rotate(b, 13, 64) ^ a
            a = rotate(a, 32, 64)
            c = (c + d) & MASK64
            d = rotate(d, 16, 64) ^ c
            a = (a + d) & MASK64
            d = rotate(d, 21, 64) ^ a
            c = (c + b) & MASK64
            b = rotate(b, 17, 64) ^ c
            c = rotate(c, 32, 64)
        v[:] = a, b, c, d

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) % 256])
    for i in range(0, len(padded), 8):
        word = int.from_bytes(padded[i:i + 8], 'little')
        v[3] ^= word
        rounds(per_word)
        v[0] ^= word
    v[2] ^= 0xff
    rounds(at_end)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def words_of(data, size):
    return [int.from_bytes(data[i:i + size], 'little') for i in range(0, len(data), size)]


def fmix32(h):
    h = (h ^ h >> 16) * 0x85ebca6b & MASK32
    h = (h ^ h >> 13) * 0xc2b2ae35 & MASK32
    return h ^ h >> 16


def fmix64(h):
    h = (h ^ h >> 33) * 0xff51afd7ed558ccd & MASK64
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53 & MASK64
    return h ^ h >> 33


def murmur3_x86_32(data, seed=0):
    h, body = seed, len(data) & ~3

    def scramble(k):
        return rotate(k * 0xcc9e2d51 & MASK32, 15, 32) * 0x1b873593 & MASK32

    for k in words_of(data[:body], 4):
        h = (rotate(h ^ scramble(k), 13, 32) * 5 + 0xe6546b64) & MASK32
    if body < len(data):
        h ^= scramble(int.from_bytes(data[body:], 'little'))
    return fmix32(h ^ len(data) & MASK32)


def murmur3_x64_128(data, seed=0):
    """(h1, h2), 64 bits each."""
    a, b, body = seed, seed, len(data) & ~15
    c1, c2 = 0x87c37b91114253d5, 0x4cf5ad432745937f

    def first(k):
        return rotate(k * c1 & MASK64, 31, 64) * c2 & MASK64

    def second(k):
        return rotate(k * c2 & MASK64, 33, 64) * c1 & MASK64

    words = words_of(data[:body], 8)
    for k1, k2 in zip(words[::2], words[1::2]):
        a = ((rotate(a ^ first(k1), 27, 64) + b) * 5 + 0x52dce729) & MASK64
        b = ((rotate(b ^ second(k2), 31, 64) + a) * 5 + 0x38495ab5) & MASK64
    rest = data[body:]
    b ^= second(int.from_bytes(rest[8:], 'little'))
    a ^= first(int.from_bytes(rest[:8], 'little'))
    a, b = a ^ len(data), b ^ len(data)
    a = (a + b) & MASK64
    b = (b + a) & MASK64
    a, b = fmix64(a), fmix64(b)
    a = (a + b) & MASK64
    return a, (b + a) & MASK64


def murmur3_x86_128(data, seed=0):
    """(h1, h2, h3, h4), 32 bits each."""
    h, body = [seed] * 4, len(data) & ~15
    c = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93]
    key_turns, turns, adds = [15, 16, 17, 18], [19, 17, 15, 13], [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17]

    def scramble(lane, k):
        return rotate(k * c[lane] & MASK32, key_turns[lane], 32) * c[(lane + 1) % 4] & MASK32

    words = words_of(data[:body], 4)
    for start in range(0, len(words), 4):
        for lane in range(4):
            h[lane] = rotate(h[lane] ^ scramble(lane, words[start + lane]), turns[lane], 32)
            h[lane] = ((h[lane] + h[(lane + 1) % 4]) * 5 + adds[lane]) & MASK32
    rest = data[body:]
    for lane in range(4):
        h[lane] ^= scramble(lane, int.from_bytes(rest[4 * lane:4 * lane + 4], 'little'))

    def stir():
        h[0] = sum(h) & MASK32
        h[1:] = [(x + h[0]) & MASK32 for x in h[1:]]

    h = [x ^ len(data) & MASK32 for x in h]
    stir()
    h = [fmix32(x) for x in h]
    stir()
    return tuple(h)


def widen(hash32, data):
    """A 64-bit digest from a 32-bit hash."""
    return hash32(data) << 32 | hash32(data + b'\x01')


# ----------------------------------------------------------------- identity

def identity(host, port=None):
    """A node's identity by address; ValueError for what is no address."""
    if '%' in host:
        raise ValueError('zone id')
    bare = host[1:-1] if host[:1] == '[' and host[-1:] == ']' else host
    dotted = bare.rsplit(':', 1)[-1]
    if not dotted.strip('0123456789.') and '.' in dotted and re.search(r'(^|\.)0[0-9]', dotted):
        raise ValueError('a leading zero, which ipaddress took before Python 3.9.5')
    if ':' in bare:
        address = ipaddress.IPv6Address(bare)
        address = address.ipv4_mapped or address
    elif host != bare:
        raise ValueError('only IPv6 stands in brackets')
    elif not bare.strip('0123456789.'):
        address = ipaddress.IPv4Address(bare)
    else:
        address = None
        bare = (bare[:-1] if bare[-1] == '.' else bare).lower()
        label = re.compile(r'[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?')
        if len(bare) > 253 or not all(label.fullmatch(part) for part in bare.split('.')):
            raise ValueError('no host name')
    text = hexadecimal(address) if address is not None and address.version == 6 else str(address or bare)
    if port is None:
        return text
    if not 1 <= port <= 65535:
        raise ValueError('no port')
    return ('[%s]:%d' if ':' in text else '%s:%d') % (text, port)


def known_by(by, node):
    """A node's identity: by 'address', 'name', 'instance' or 'meta.KEY'; ValueError when it lacks that."""
    name, source = node.get('name', ''), node.get('source', '')
    if by == 'address':
        return identity(node['host'], node.get('port'))
    if by == 'instance':
        known = '%s/%s' % (source, name) if name and source else ''
    else:
        known = name if by == 'name' else node.get('metadata', {}).get(by[len('meta.'):], '')
    if not known:
        raise ValueError('not known by ' + by)
    return known


def hexadecimal(address):
    """RFC 5952 without its dotted forms: the longest run of zero groups, two or more, the first of equals, becomes
    '::'."""
    groups = ['%x' % int.from_bytes(address.packed[i:i + 2], 'big') for i in range(0, 16, 2)]
    runs = [(length, -start) for length in range(2, 9) for start in range(9 - length)
            if groups[start:start + length] == ['0'] * length]
    if not runs:
        return ':'.join(groups)
    length, start = max(runs)
    return ':'.join(groups[:-start]) + '::' + ':'.join(groups[-start + length:])


# ---------------------------------------------------------------------- hrw

def moremur(x):
    x = (x ^ x >> 27) * 0x3C79AC492BA7B653 & MASK64
    x = (x ^ x >> 33) * 0x1C69B3F74AC4AE35 & MASK64
    return x ^ x >> 27


def mix_key(digest):
    return moremur(digest ^ 0x9E3779B97F4A7C15)


def key_digest(hash64, key, slots=0):
    """What a weighting takes for the key's hash64: with a slot table, the number of the key's slot."""
    digest = hash64(key)
    return mix_key(digest) * slots >> 64 if slots else digest


def hrw_key(digest):
    return mix_key(digest) | 1 << 32


def hrw_node(digest):
    return moremur(digest) & ~(1 << 32)


def hrw_score(key, node):
    x = key ^ node
    return rotate((x & MASK32) * (x >> 32), 32, 64)


@functools.lru_cache(None)
def nlog2_table():
    with localcontext() as context:
        context.prec = 60
        ln2 = Decimal(2).ln()
        table = [int(2**31 / ln2)]
        for j in range(1, 257):
            t = Decimal(j) / 512
            table.append(min(MASK32, int(2**31 * (-(1 - t).ln() / ln2 / t))))
        return table + table[-1:]


def nlog2(score):
    """-log2(1 - score / 2^64) in units of 2^-57."""
    if score == 0:
        return 0
    table, u = nlog2_table(), 2**64 - score
    n = 64 - u.bit_length()
    t = 2**64 - (u << n)
    j, f = t >> 55, t >> 32 & 0x7fffff
    q = table[j] + ((table[j + 1] - table[j]) * f >> 23)
    return (n << 57) + (t * q >> 38)


def rank_hrw(hash64, nodes, key, slots=0):
    """Identities, best first; `nodes` are pairs of identity (text) and weight."""
    k = hrw_key(key_digest(hash64, key, slots))
    ranked = []
    for identity, weight in nodes:
        if weight > 0:
            d = hrw_node(hash64(identity.encode()))
            score = hrw_score(k, d)
            ranked.append(((Quotient(nlog2(score), weight), score, d, identity.encode()), identity))
    return [identity for _, identity in sorted(ranked)]


@functools.total_ordering
class Quotient:
    """Compared exactly; fractions.Fraction would do, and take its time."""
    def __init__(self, above, below):
        self.above, self.below = above, below

    def __eq__(self, other):
        return self.above * other.below == other.above * self.below

    def __lt__(self, other):
        return self.above * other.below < other.above * self.below


# ------------------------------------------------------------------- python

def python_pack(host, port):
    """host: an IPv4 or IPv6 address; a resolved one in the place of a name."""
    packed = bytes(16 - len(ipaddress.ip_address(host).packed)) + ipaddress.ip_address(host).packed
    return packed + b''.join((port >> shift & 15).to_bytes(2, 'big') for shift in (12, 8, 4, 0))


def python_draw(seed):
    return random.Random(seed).randint(0, 2**63 - 1)


def python_seed(host, port):
    return python_draw(int.from_bytes(hashlib.sha512(python_pack(host, port)).digest(), 'big'))


def python_digest(method, key, options=None):
    """The integer that is XORed with a node's seed."""
    options = options or {}
    seed, is_x64 = options.get('seed', 0), options.get('optimize', 'auto').lower() in ('x64', 'auto')
    if method == 'siphash':
        secret = bytes.fromhex(options['sip_key']) if 'sip_key' in options else DEFAULT_KEY
        return int.from_bytes(siphash(secret, key).to_bytes(8, 'little'), 'big')
    if method == 'mmh3_32':
        return signed(murmur3_x86_32(key, seed), 32)
    if method in ('mmh3_64', 'mmh3_128'):
        h1, h2 = murmur3_x64_128(key, seed) if is_x64 else halves(murmur3_x86_128(key, seed))
        return signed(h1, 64) if method == 'mmh3_64' else h1 | h2 << 64
    return int(hashlib.new(method, key, usedforsecurity=False).hexdigest(), 16)


def signed(x, bits):
    return x - 2**bits if x >> (bits - 1) else x


def halves(words):
    """Two 64-bit integers of four 32-bit ones, in the order of memory on a little-endian machine."""
    return words[0] | words[1] << 32, words[2] | words[3] << 32


def python_weight(digest, seed):
    return python_draw(seed ^ digest)


def rank_python(digest, nodes):
    """Identities, best first; `nodes` are (identity, host, port)."""
    weighed = [(-python_weight(digest, python_seed(host, port)), identity.encode(), identity)
               for identity, host, port in nodes]
    return [identity for _, _, identity in sorted(weighed)]


# ---------------------------------------------------------------------- lcg

def lcg_fold(digest):
    return (digest ^ digest >> 31 ^ digest >> 62) & 0x7fffffff


def lcg_weight(key_digest, node_digest):
    a, b = 1103515245, 12345
    return (a * ((a * lcg_fold(node_digest) + b) ^ lcg_fold(key_digest)) + b) % 2**31


def rank_lcg(hash64, nodes, key, slots=0):
    k = key_digest(hash64, key, slots)
    weighed = [(-lcg_weight(k, hash64(identity.encode())), identity.encode(), identity)
               for identity, weight in nodes if weight > 0]
    return [identity for _, _, identity in sorted(weighed)]


# ------------------------------------------------------------------- spread

def spread(ranking, domains):
    """`ranking`: identities, best first; `domains`: what each is spread by, '' where it does not say."""
    seen, rounds = {}, {}
    for identity in ranking:
        rounds[identity] = seen.get(domains[identity], 0)
        seen[domains[identity]] = rounds[identity] + 1
    return sorted(ranking, key=rounds.get)


# ------------------------------------------------------------- fingerprints

def secret_fingerprint(secret):
    return ('%016x' % siphash(secret, b'proxenos scheme 1'))[:8]


def cluster_fingerprint(nodes):
    """`nodes` are pairs of identity and weight."""
    records = [identity.encode() + b'\0%d\n' % weight for identity, weight in nodes]
    return '%016x' % siphash(DEFAULT_KEY, b''.join(sorted(records)))


# -------------------------------------------------------------- scheme text

def word(text):
    """A text of the user's own inside a scheme text."""
    plain = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._'
    return ''.join(chr(byte) if byte in plain else '%%%02X' % byte for byte in text.encode())


def scheme_text(weighting, hash_name, identity_by, parameters='', spread=None, slots=0, ignores_weights=False,
                nodes=None):
    """`nodes`: what node_records() gives, or None where identities and weights tell all."""
    parts = [weighting, hash_name, word(identity_by)]
    parts += [parameters] if parameters else []
    parts += ['spread=' + word(spread)] if spread else []
    parts += ['table=%d' % slots] if slots else []
    parts += ['weights=ignored'] if ignores_weights else []
    parts += ['nodes=%016x' % siphash(DEFAULT_KEY, nodes)] if nodes is not None else []
    return '/'.join(parts)


def node_records(nodes):
    """`nodes` are (identity, seed or None, what it is spread by or '')."""
    records = [(identity.encode(), b'' if seed is None else b'%d' % seed, zone.encode())
               for identity, seed, zone in nodes]
    return b''.join(part + b'\0' for record in sorted(records) for part in record)
