# SPDX-License-Identifier: MIT
"""The consul backend in a program that keeps it open: one read after another."""
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stub import NODES, SELF, SERVICES, WEB, Stub, entry, json_answer, raw, text
from support import BUILD, clean_environment, equal, finish, ok

MAPPER = os.path.join(BUILD, 'tests/consul/mapper')


class Mapper:
    def __init__(self, stub, *settings, **environment):
        command = [MAPPER, 'backend=consul', 'backend.host=127.0.0.1', f'backend.port={stub.port}', *settings]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.PIPE, env=clean_environment(**environment))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.err = self.process.communicate(timeout=30)[1]
        ok(self.process.returncode == 0, 'the program ends well', self.process.returncode, self.err)

    def say(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def update(self):
        """(status, number of nodes, text of the error)"""
        self.say('update')
        status, _, rest = self.process.stdout.readline().rstrip('\n').partition(' ')
        while rest and not rest[0].isdigit():  # a status may be of several words
            word, _, rest = rest.partition(' ')
            status += ' ' + word
        size, _, error = rest.partition(' ')
        return status, int(size or 0), error


def keeps_its_connection():
    with Stub({WEB: json_answer([entry(1)])}) as stub, Mapper(stub, 'backend.service=web') as mapper:
        equal([mapper.update()[:2] for _ in range(5)], [('ok', 1)] * 5, 'five reads')
        equal((len(stub.requests), stub.connections), (5, 1), 'over one connection')


def outlives_faults():
    answers = [json_answer([entry(1), entry(2)]), text(500, 'No cluster leader'), raw(), json_answer('<html>'),
               json_answer([entry(1)])]
    with Stub({WEB: answers}) as stub, Mapper(stub, 'backend.service=web') as mapper:
        # The third answer is none: the server closes the kept connection, and the request is made anew.
        equal([mapper.update()[:2] for _ in range(4)],
              [('ok', 2), ('unreachable', 0), ('malformed answer', 0), ('ok', 1)],
              'a read after failed ones is as good as new')


def outlives_a_broken_fan_out():
    def slow_or_broken(request):
        return text(500, 'rpc error') if is_broken[0] and request.path.endswith('s3') else [0.05, *instance]
    is_broken, instance = [True], json_answer([entry(1)])
    routes = {SERVICES: json_answer({f's{i}': [] for i in range(40)}), '*': slow_or_broken,
              NODES: json_answer([{'Node': f'n{i}', 'Address': '1.1.1.1'} for i in range(99)])}
    with Stub(routes) as stub, Mapper(stub) as mapper:
        equal([mapper.update()[0] for _ in range(2)], ['unreachable'] * 2, 'one failure of many ends a read')
        is_broken[0] = False
        equal(mapper.update()[:2], ('ok', 1), 'and leaves nothing behind')


def empties():
    answers = [json_answer([]), json_answer([entry(1)]), json_answer([])]
    with Stub({WEB: answers, SELF: json_answer({})}) as stub, Mapper(stub, 'backend.service=web') as mapper:
        equal([mapper.update()[:2] for _ in range(4)], [('not found', 0), ('ok', 1), ('ok', 0), ('ok', 0)],
              'a service that was never seen does not exist, one that was seen is empty')


def rotates_tokens():
    def answer(request):
        good = request.headers.get('x-consul-token') == valid[0]
        return json_answer([entry(1)]) if good else text(403, 'ACL not found')
    valid = ['first']
    with tempfile.TemporaryDirectory() as folder, Stub({WEB: answer}) as stub:
        path = os.path.join(folder, 'token')

        def write(token):
            with open(path, 'w', encoding='ascii') as file:
                file.write(token)
            os.chmod(path, 0o600)
        write('first')
        with Mapper(stub, 'backend.service=web', 'backend.token-file=' + path) as mapper:
            equal(mapper.update()[:2], ('ok', 1), 'a token from a file')
            valid[0] = 'second'
            status, _, error = mapper.update()
            ok(status == 'denied' and 'ACL not found' in error, 'a token that was revoked', error)
            equal(len(stub.requests), 2, 'is not tried twice')
            write('second')
            equal(mapper.update()[:2], ('ok', 1), 'the next token, in the same file')
            write('')
            equal(mapper.update()[:2], ('ok', 1), 'while the file is being rewritten the last token stays')

            def replace_midway(request):
                if valid[0] == 'third':
                    return answer(request)
                valid[0] = 'third'
                write('third')
                return text(403, 'ACL not found')
            stub.routes[WEB] = replace_midway
            equal(mapper.update()[:2], ('ok', 1), 'a token that is replaced while it is used is read again')


def is_cancelled():
    with Stub({WEB: raw(30)}) as stub, Mapper(stub, 'backend.service=web') as mapper:
        mapper.say('cancel 200')
        started = time.monotonic()
        equal(mapper.update()[:2], ('cancelled', 0), 'a running read is cancelled')
        ok(time.monotonic() - started < 5, 'at once')
        equal(mapper.update()[:2], ('cancelled', 0), 'and so is every later one')


keeps_its_connection()
outlives_faults()
outlives_a_broken_fan_out()
empties()
rotates_tokens()
is_cancelled()
finish()
