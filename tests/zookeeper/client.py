# SPDX-License-Identifier: MIT
"""A small client of ZooKeeper's own protocol, for the tests to fill a server with."""
import base64
import hashlib
import socket
import struct

CREATE, DELETE, EXISTS, GET, SET, CHILDREN, AUTH, CLOSE = 1, 2, 3, 4, 5, 8, 100, -11
AUTH_XID = -4


def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return struct.pack('>i', len(raw)) + raw


def digest(user, password):
    hashed = hashlib.sha1(f'{user}:{password}'.encode()).digest()
    return user + ':' + base64.b64encode(hashed).decode()


class Refused(Exception):
    pass


class Client:
    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout)
        self.xid = 0
        self.send(struct.pack('>iqiq', 0, 0, 30000, 0) + text(b'\0' * 16))
        self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, body):
        self.socket.sendall(struct.pack('>i', len(body)) + body)

    def receive(self):
        length, = struct.unpack('>i', self.exactly(4))
        return self.exactly(length)

    def exactly(self, count):
        got = b''
        while len(got) < count:
            more = self.socket.recv(count - len(got))
            if not more:
                raise ConnectionError('the server closed the connection')
            got += more
        return got

    def answer(self):
        xid, _, code = struct.unpack('>iqi', self.receive()[:16])
        if code:
            raise Refused(code)
        return xid

    def call(self, kind, body, xid=None):
        self.xid += 1
        self.send(struct.pack('>ii', self.xid if xid is None else xid, kind) + body)
        return self.answer()

    def authenticate(self, user, password):
        self.call(AUTH, struct.pack('>i', 0) + text('digest') + text(f'{user}:{password}'), AUTH_XID)

    @staticmethod
    def creation(path, value, reader):
        scheme, who = ('digest', digest(*reader)) if reader else ('world', 'anyone')
        data = struct.pack('>i', -1) if value is None else text(value)
        return text(path) + data + struct.pack('>ii', 1, 31) + text(scheme) + text(who) + struct.pack('>i', 0)

    def create(self, path, value='', reader=None):
        self.call(CREATE, self.creation(path, value, reader))

    def create_many(self, pairs):
        for start in range(0, len(pairs), 500):
            part = pairs[start:start + 500]
            for path, value in part:
                self.xid += 1
                self.send(struct.pack('>ii', self.xid, CREATE) + self.creation(path, value, None))
            for _ in part:
                self.answer()

    def set(self, path, value):
        self.call(SET, text(path) + text(value) + struct.pack('>i', -1))

    def delete(self, path):
        self.call(DELETE, text(path) + struct.pack('>i', -1))
