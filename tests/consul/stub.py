# SPDX-License-Identifier: MIT
"""A scripted HTTP server for the faults that a real Consul does not show on demand.

Routes map a path (without its query) to an answer, to a list of answers given one
after another (the last one again and again), or to a function of the request that
returns one.  An answer is made by json_answer(), text() and raw(); raw() bytes go out
as they are, with pauses where there are numbers, and then the connection closes, with a
reset where there is RESET."""
import json
import re
import socket
import struct
import threading
import time

from support import fails, nodes


class Request:
    def __init__(self, method, target, headers, connection):
        self.method, self.target, self.headers, self.connection = method, target, headers, connection
        self.path = target.split('?')[0]


def text(status, body=b'', content_type='text/plain', **headers):
    body = body.encode() if isinstance(body, str) else body
    lines = [f'HTTP/1.1 {status} Whatever', f'Content-Type: {content_type}', f'Content-Length: {len(body)}']
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ['\r\n'.join(lines).encode() + b'\r\n\r\n' + body]


def json_answer(document, **headers):
    body = document if isinstance(document, (bytes, str)) else json.dumps(document)
    headers = {'X_Consul_Knownleader': 'true', 'X_Consul_Lastcontact': '0', **headers}
    return text(200, body, 'application/json', **headers)


class Raw(list):
    """An answer after which the connection closes."""


RESET = object()


def raw(*pieces):
    return Raw(pieces)


class Stub:
    def __init__(self, routes, family=socket.AF_INET, address=None):
        self.routes = routes
        self.requests = []
        self.connections = 0
        self.running = self.peak = 0  # requests being answered now, and at most
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.listener = socket.socket(family)
        if family == socket.AF_INET:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(address or ('127.0.0.1', 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1] if family == socket.AF_INET else None
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.listener.close()

    def targets(self):
        return [request.target for request in self.requests]

    def paths(self):
        return [request.path for request in self.requests]

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                number = self.connections
            threading.Thread(target=self.serve, args=(connection, number), daemon=True).start()

    def serve(self, connection, number):
        data = b''
        with connection:
            try:
                while not self.closing.is_set():
                    while b'\r\n\r\n' not in data:
                        more = connection.recv(65536)
                        if not more:
                            return
                        data += more
                    head, data = data.split(b'\r\n\r\n', 1)
                    if not self.answer(connection, self.parse(head.decode('latin-1'), number)):
                        return
            except OSError:
                return  # the client went away, as clients do

    @staticmethod
    def parse(head, number):
        first, *lines = head.split('\r\n')
        method, target, _ = first.split(' ')
        headers = {name.lower(): value for name, value in (re.split(r':\s*', line, maxsplit=1) for line in lines)}
        return Request(method, target, headers, number)

    def answer(self, connection, request):
        with self.lock:
            self.requests.append(request)
            answer = self.routes.get(request.path, self.routes.get('*', text(404)))
            if isinstance(answer, list) and answer and isinstance(answer[0], list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
            self.running += 1
            self.peak = max(self.peak, self.running)
        try:
            return self.send(connection, answer(request) if callable(answer) else answer)
        finally:
            with self.lock:
                self.running -= 1

    def send(self, connection, answer):
        for piece in answer:
            if isinstance(piece, bytes):
                connection.sendall(piece)
            elif piece is RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            elif self.closing.wait(piece):
                return False
        return not isinstance(answer, Raw)


# ---- documents as Consul writes them

def service(name, number, port=8000, **more):
    return {'ID': f'{name}-{number}', 'Service': name, 'Address': f'10.0.0.{number}', 'Port': port, 'Tags': None,
            'Meta': None, 'Weights': {'Passing': 1, 'Warning': 1}, 'Kind': '', **more}


def entry(number, name='web', node='n1', checks=(), **more):
    return {'Node': {'Node': node, 'Address': '192.168.0.1', 'Meta': None, 'TaggedAddresses': None},
            'Service': service(name, number, **more), 'Checks': list(checks)}


def check(status, node='n1', service_id='', check_id='c', **more):
    return {'Node': node, 'CheckID': check_id, 'Status': status, 'ServiceID': service_id, **more}


WEB = '/v1/health/service/web'
SELF = '/v1/agent/self'
SERVICES = '/v1/catalog/services'
NODES = '/v1/catalog/nodes'
NODE = '/v1/catalog/node/'
CHECKS = '/v1/health/state/any'


def web(answer, *arguments, probe=json_answer({'Config': {}}), environment=None, **options):
    """`proxenos nodes -s web` with one scripted answer; the stub as well."""
    with Stub({WEB: answer, SELF: probe}) as stub:
        result = nodes(stub.port, '-s', 'web', *arguments, environment=environment, **options)
    return result, stub


def one_line(title, answer, code, pattern, *arguments, **options):
    result, stub = web(answer, *arguments, **options)
    fails(result, code, pattern, title)
    return result, stub
