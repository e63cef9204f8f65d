# SPDX-License-Identifier: MIT
"""The consul backend against TLS that does not come about: who is to blame is told by what the peer sent."""
import os
import socket
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import CONFIG, DENIED, UNREACHABLE, fails, finish, nodes, ok


class Peer:
    """Answers the first bytes of a connection with its own, then closes; None: never answers."""

    def __init__(self, answer):
        self.answer, self.closing = answer, threading.Event()
        self.listener = socket.socket()
        self.listener.bind(('127.0.0.1', 0))
        self.listener.listen(8)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.listener.close()

    def accept(self):
        try:
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    connection.recv(65536)
                    if self.answer is None:
                        self.closing.wait(30)
                    else:
                        connection.sendall(self.answer)
        except OSError:
            return


def against(title, answer, code, pattern):
    with Peer(answer) as peer:
        result = nodes(peer.port, '-s', 'web', tls='true', tls_verify='false')
    fails(result, code, pattern, title)
    return result


def alert(number, version=3):
    """RFC 8446, sections 5.1 and 6: a record of two bytes, fatal."""
    return bytes([21, 3, version, 0, 2, 2, number])


for number, name in ((40, 'handshake failure'), (42, 'bad certificate'), (46, 'certificate unknown'),
                     (48, 'unknown authority'), (49, 'access denied'), (116, 'certificate required')):
    against(f'alert {number}, {name}, is about the certificate', alert(number), DENIED,
            f'alert {number}.*options tls-cert and tls-key')
for number, name in ((47, 'illegal parameter'), (70, 'protocol version'), (80, 'internal error'),
                     (112, 'unrecognised name')):
    against(f'alert {number}, {name}, is not', alert(number), UNREACHABLE, 'TLS handshake failed')
for title, answer in (('HTTP', b'HTTP/1.1 400 Bad Request\r\n\r\n'), ('mail', b'220 mail.example ESMTP\r\n'),
                      ('zeros', bytes(100))):
    against(f'a peer that speaks {title}', answer, CONFIG, 'does not speak TLS on this port')
against('a peer that closes', b'', UNREACHABLE, 'the TLS handshake failed|closed the connection early')
against('a record that breaks off', b'\x16\x03\x03\x00\x40\x02', UNREACHABLE,
        'the TLS handshake failed|closed the connection early')
result = against('a peer that is silent', None, UNREACHABLE, 'no TLS handshake within 2 s.*check options')
ok(1.5 < result.seconds < 5, 'the handshake has 2 s', result)
finish()
