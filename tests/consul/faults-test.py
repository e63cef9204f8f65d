# SPDX-License-Identifier: MIT
"""The consul backend against connections and answers that fail: one clear line, the right
exit code, in time and within bounds."""
import gzip
import os
import resource
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stub import RESET, WEB, Stub, entry, json_answer, one_line, raw, text, web
from support import (CONFIG, DENIED, MALFORMED, NO_NODE, OK, PROXENOS, TIMED_OUT, UNREACHABLE, clean_environment,
                     equal, fails, finish, free_ports, nodes, ok, skip)


def connection_faults():
    closed, = free_ports(1)
    fails(nodes(closed, '-s', 'web'), UNREACHABLE, 'cannot be reached.*check options host', 'nothing listens')
    fails(nodes(1, '-s', 'web', host='nosuch.invalid'), UNREACHABLE, 'name has no address.*check options host',
          'a host that does not exist')
    result, _ = one_line('hangs after the request', raw(30), TIMED_OUT, 'read.*--timeout', '--timeout', '400ms')
    ok(result.seconds < 3, 'the deadline ends a hanging read in time', result)
    drip = raw(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', *[piece for _ in range(400)
                                                                    for piece in (b' ', 0.05)])
    result, _ = one_line('answers a byte at a time', drip, TIMED_OUT, 'whole read.*--timeout', '--timeout', '600ms')
    ok(result.seconds < 3, 'the deadline ends a dripping answer in time', result)
    result, _ = one_line('option timeout bounds one request', raw(30), TIMED_OUT, '300 ms.*option', timeout='300ms')
    ok(result.seconds < 3, 'and does so in time', result)
    one_line('closes without a word', raw(), UNREACHABLE, 'closed the connection early')
    one_line('resets without a word', raw(RESET), UNREACHABLE, 'closed the connection early')
    with Stub({WEB: json_answer([entry(1)]), '/v1/health/service/db': raw(30)}) as stub:
        result = nodes(stub.port, '-s', 'web', '-s', 'db', connections='1', timeout='2500ms')
        fails(result, TIMED_OUT, '2500 ms.*option', 'a kept connection that hangs longer than connecting may take')
        ok(stub.connections == 1 and result.seconds > 2.4, 'and is used again', stub.connections, result)
    one_line('speaks another protocol', raw(b'220 mail.example ESMTP\r\n'), MALFORMED, 'does not speak HTTP')
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(('127.0.0.1', 0))
        full.listen(0)
        for taker in (first, second):  # the backlog is full: further connections get no answer
            taker.setblocking(False)
            taker.connect_ex(full.getsockname())
        result = nodes(full.getsockname()[1], '-s', 'web')
        fails(result, UNREACHABLE, 'no connection within 2 s', 'a host that drops packets')
        ok(1.5 < result.seconds < 5, 'the connection has 2 s', result)


def cut_answers():
    body = b'[' + b', '.join(b'{"Node": {"Node": "n%d"}}' % i for i in range(50)) + b']'
    head = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
    short = raw(head + b'Content-Length: %d\r\n\r\n' % len(body) + body[:500])
    one_line('less than Content-Length', short, MALFORMED, 'broke off')
    for title, rest in (('headers', b''), ('a body', b'Content-Length: 9999\r\n\r\n' + body),
                        ('chunks', b'Transfer-Encoding: chunked\r\n\r\n1f4\r\n' + body[:500] + b'\r\n')):
        one_line(f'{title} cut by a reset', raw(head + rest, 0.3, RESET), MALFORMED, 'broke off|breaks off')
    short = raw(head + b'Transfer-Encoding: chunked\r\n\r\n1f4\r\n' + body[:500] + b'\r\n')
    one_line('chunks without an end', short, MALFORMED, 'broke off')
    short = raw(head + b'\r\n' + body[:500])
    one_line('a body that ends with the connection, cut short', short, MALFORMED, 'cut short')
    whole = json_answer([entry(1)])[0].split(b'\r\n\r\n', 1)[1]
    result, _ = web(raw(head + b'\r\n' + whole))
    equal(result.addresses(), ['10.0.0.1:8000'], 'a body that ends with the connection, whole')
    interim = b'HTTP/1.1 100 Continue\r\nX-Consul-Knownleader: false\r\n\r\n'
    result, _ = web(raw(interim, *json_answer([entry(1)])))
    equal(result.addresses(), ['10.0.0.1:8000'], 'an interim answer before the answer')
    one_line('whose headers do not count', raw(interim, *json_answer([])), NO_NODE, 'knows no service')


def statuses():
    for status, body, code, pattern in [
            (400, 'Bad request: Invalid query parameter', CONFIG, r'400.*Invalid query'),
            (400, 'Client sent an HTTP request to an HTTPS server.', CONFIG, 'speaks TLS.*option tls'),
            (401, '', DENIED, '401'), (403, 'ACL not found', DENIED, r'ACL not found.*no token'),
            (404, '', CONFIG, r'404.*check options host'), (429, 'slow down', UNREACHABLE, '429'),
            (500, 'No cluster leader', UNREACHABLE, '500.*No cluster leader'),
            (500, 'No path to datacenter', UNREACHABLE, 'datacenter'),
            (500, 'Failed to create boolean expression evaluator: 1:6', CONFIG, 'option filter'),
            (502, '<html>bad gateway</html>', UNREACHABLE, '502'), (503, '', UNREACHABLE, '503'),
            (204, '', MALFORMED, '204'), (299, 'odd', MALFORMED, '299')]:
        one_line(f'status {status} {body[:20]}'.rstrip(), text(status, body), code, pattern)
    with Stub({}) as other:
        redirect = text(301, '', Location=f'http://127.0.0.1:{other.port}/v1/health/service/web')
        one_line('a redirect', redirect, MALFORMED, 'redirect.*not followed',
                 environment={'CONSUL_HTTP_TOKEN': 'secret-token'})
        equal(other.requests, [], 'a redirect is not followed')
    one_line('control characters of an error', text(500, 'a\x1b[31mb\x07'), UNREACHABLE, r'a\\x1b\[31mb\\x07')


def wrong_documents():
    for title, body, pattern in [
            ('a login page', '<html>login</html>', 'broken JSON.*Consul'), ('nothing at all', '', 'broken JSON'),
            ('null', 'null', 'null instead of a list'),
            ('an object for a list', '{}', 'an object instead of a list'),
            ('a number', '17', 'a number instead'), ('a list of numbers', '[1, 2]', 'entry 1 has no Node'),
            ('an entry without a service', '[{"Node": {}}]', 'no Service'),
            ('a service that is text', '[{"Node": {}, "Service": "web"}]', 'no Service'),
            ('two documents', '[] []', 'broken JSON'), ('a comma too many', '[{"Node": {},}]', 'broken JSON'),
            ('a raw NUL behind the document', '[]\0', 'broken JSON'),
            ('a raw NUL in a string', '[{"Node": {"Node": "a\0b"}, "Service": {}}]', 'broken JSON'),
            ('ill-formed UTF-8', b'[{"Node": {"Node": "\xff\xfe"}, "Service": {}}]', 'broken JSON'),
            ('a number beyond 64 bits', '[{"Node": {}, "Service": {"Port": 99999999999999999999}}]', 'broken JSON'),
            ('200,000 brackets', '[' * 200000, 'broken JSON'),
            ('200,000 objects', '{"a":' * 200000, 'broken JSON'),
            ('200,000 objects in a place not read', '[{"Output":' + '{"a":' * 200000, 'broken JSON')]:
        one_line(title, json_answer(body), MALFORMED, pattern)


def run_limited(megabytes, *arguments):
    """Its exit code and stderr, with so much address space."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    done = subprocess.run([PROXENOS, *arguments], env=clean_environment(), capture_output=True, text=True,
                          timeout=60, preexec_fn=limit)
    return done.returncode, done.stderr


def sizes():
    hundred = b'[' + b' ' * (100 << 20)
    one_line('100 MB, announced', text(200, hundred), MALFORMED, 'more than 67108864 bytes.*max-body')
    pieces = [b'100000\r\n' + b' ' * (1 << 20) + b'\r\n'] * 100
    head = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    one_line('100 MB, not announced', raw(head, *pieces), MALFORMED, 'more than 67108864 bytes.*max-body')
    one_line('a limit of one\'s own', json_answer([entry(1, Meta={'k': 'v' * 2000})]), MALFORMED,
             'more than 1024 bytes', max_body='1KiB')
    bomb = gzip.compress(b' ' * (100 << 20))
    packed = text(200, bomb, 'application/json', Content_Encoding='gzip')
    with Stub({WEB: packed}) as stub:
        result = nodes(stub.port, '-s', 'web')
        ok(result.code == MALFORMED, 'a compressed answer that nobody asked for', result)
        # 0.0.0.0 is this machine, but not known as loopback: answers are asked for compressed.
        fails(nodes(stub.port, '-s', 'web', host='0.0.0.0'), MALFORMED, 'more than 67108864', 'a compressed bomb')
    small = json_answer([entry(1)])[0].split(b'\r\n\r\n', 1)[1]
    packed = text(200, gzip.compress(small), 'application/json', Content_Encoding='gzip')
    with Stub({WEB: packed}) as stub:
        result = nodes(stub.port, '-s', 'web', host='0.0.0.0')
        equal(result.addresses(), ['10.0.0.1:8000'], 'a compressed answer')
        ok('gzip' in stub.requests[0].headers.get('accept-encoding', ''), 'is asked for')
    with Stub({WEB: text(200, b'no gzip', Content_Encoding='gzip')}) as stub:
        result = nodes(stub.port, '-s', 'web', host='0.0.0.0')
        fails(result, MALFORMED, 'decompressed', 'a broken compressed answer')
    if run_limited(512, '--version')[0] != OK:
        skip('half a gigabyte of address space', 'this build needs more to begin with')
        return
    with Stub({WEB: json_answer([entry(i) for i in range(1, 200)])}) as stub:
        arguments = ('nodes', '-b', 'consul', '-h', '127.0.0.1', '-p', str(stub.port), '-s', 'web')
        enough, _ = run_limited(512, *arguments)
        equal(enough, OK, 'half a gigabyte of address space is enough')


def no_http():
    """Each of these ends in another code and other words from one libcurl to the next: 27, 56, 100 or the
    callback's own refusal for a line without end, 56 with whatever words for a chunk, 52 for interim answers."""
    head, line = b'HTTP/1.1 200 OK\r\n', [b'x' * 65536] * 10
    broken = 'of headers|headers or trailers|is no HTTP'
    endless = raw(head, *[b'X-Filler: ' + b'x' * 8000 + b'\r\n'] * 100)
    one_line('endless headers', endless, MALFORMED, 'more than 65536 bytes of headers')
    one_line('a header line without end', raw(head + b'X: ', *line), MALFORMED, broken)
    one_line('a status line without end', raw(b'HTTP/1.1 200 ', *line), MALFORMED, broken)
    for title, interim in (('without end', [b'HTTP/1.1 100 Continue\r\n\r\n' * 1000] * 100),
                           ('of many headers', [b'HTTP/1.1 103 Hints\r\nX: ' + b'x' * 8000 + b'\r\n\r\n'] * 100)):
        one_line('interim answers ' + title, raw(*interim), MALFORMED, 'more than 65536 bytes of headers')
    chunked = head + b'Transfer-Encoding: chunked\r\n\r\n'
    for title, trailers in (('long', [b'X: ' + b'x' * 8000 + b'\r\n'] * 100),
                            ('short', [b'X: y\r\n' * 1000] * 100), ('unbroken', line)):
        one_line(f'endless {title} trailers', raw(chunked + b'2\r\n[]\r\n0\r\n', *trailers), MALFORMED, broken)
    for title, size in (('no number', b'-1'), ('no digit', b'zz'), ('too large', b'F' * 18)):
        one_line(f'a chunk whose size is {title}', raw(chunked + size + b'\r\n'), MALFORMED, 'is no HTTP')
    one_line('a chunk longer than its size', raw(chunked + b'2\r\n[]garbage\r\n'), MALFORMED, 'is no HTTP')
    one_line('headers that end with the connection', raw(head + b'X: y\r\n'), MALFORMED, 'JSON|is no HTTP|broke off')
    one_line('another version', raw(b'HTTP/7.3 200 OK\r\n\r\n[]'), MALFORMED, 'does not speak HTTP')
    one_line('a status that is no number', raw(b'HTTP/1.1 abc OK\r\n\r\n[]'), MALFORMED, 'does not speak HTTP|status')


def interruption():
    with Stub({WEB: raw(30)}) as stub:
        command = [PROXENOS, 'nodes', '-b', 'consul', '-h', '127.0.0.1', '-p', str(stub.port), '-s', 'web']
        # Whoever runs the tests in the background has SIGINT ignored, and so would the program.
        process = subprocess.Popen(command, env=clean_environment(), stderr=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        while not stub.requests and process.poll() is None:
            time.sleep(0.02)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        seconds = time.monotonic() - started
        ok(process.returncode == 130 and seconds < 1, 'an interrupt ends a running read at once',
           process.returncode, seconds, err)


connection_faults()
cut_answers()
statuses()
wrong_documents()
sizes()
no_http()
interruption()
finish()
