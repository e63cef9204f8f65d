# SPDX-License-Identifier: MIT
"""The consul backend's token and password: where they come from, and to whom they may go."""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stub import WEB, Stub, entry, json_answer, one_line, text, web
from support import CONFIG, DENIED, MALFORMED, UNREACHABLE, equal, fails, finish, nodes, ok


def secrets():
    token, password = 'b1gs-3cret-t0ken', 'user:p4ss-w0rd'
    environment = {'CONSUL_HTTP_TOKEN': token, 'CONSUL_HTTP_AUTH': password}
    result, stub = web(json_answer([entry(1)]), environment=environment)
    headers = stub.requests[0].headers
    equal(headers.get('x-consul-token'), token, 'the token goes in its header')
    equal(headers.get('authorization'), 'Basic dXNlcjpwNHNzLXcwcmQ=', 'the password in the other')
    ok(token not in stub.requests[0].target, 'and not in the URL', stub.targets())
    repeated = text(500, f'no such token {token}!')
    result, _ = one_line('a server that repeats the token', repeated, UNREACHABLE, 'repeats a secret', '-v',
                         environment=environment)
    ok(token not in result.err, 'the token is not shown', result)
    typed = text(200, '<html>', f'text/html; {token}')
    one_line('a server that repeats the token as a type', typed, MALFORMED, 'a secret as its type',
             environment=environment)
    repeated = text(403, 'who is p4ss-w0rd?')
    one_line('a server that repeats the password', repeated, DENIED, 'repeats a secret', environment=environment)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'token')

        def written(content):
            with open(path, 'w', encoding='utf-8') as file:
                file.write(content)
            os.chmod(path, 0o600)
            _, stub = web(json_answer([entry(1)]), environment={**environment, 'CONSUL_HTTP_TOKEN_FILE': path})
            return stub.requests[0].headers.get('x-consul-token') if stub.requests else None
        equal(written(' file-token \r\n\n'), 'file-token', 'a token file beats the token, trimmed')
        equal(written('\n'), token, 'an empty token file gives way to the token')
        result, stub = web(json_answer([]), environment={'CONSUL_HTTP_TOKEN_FILE': path + '.none'})
        good = result.code == CONFIG and stub.requests == [] and path in result.err
        ok(good, 'a missing token file is an error', result)
        with open(path, 'w', encoding='utf-8') as file:
            file.write('one\r\nX-Evil: two')
        result, stub = web(json_answer([]), environment={'CONSUL_HTTP_TOKEN_FILE': path})
        ok(result.code == CONFIG and stub.requests == [], 'a token of two lines is refused', result)


def ranks():
    """Who can set CONSUL_HTTP_ADDR must not be sent the token of the configuration."""
    with tempfile.TemporaryDirectory() as folder, Stub({WEB: json_answer([entry(1)])}) as stub:
        def configured(common, cluster='', environment=None, arguments=()):
            path = os.path.join(folder, 'proxenos.yaml')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(f'backend: consul\nconsul: {{{common}}}\ndefault-cluster: c\n'
                           f'clusters:\n  c: {{consul: {{{cluster}}}}}\n')
            os.chmod(path, 0o600)
            stub.requests.clear()
            result = nodes(None, '-c', path, *arguments, environment=environment)
            tokens = [request.headers.get('x-consul-token') for request in stub.requests]
            return result, tokens
        here = f'127.0.0.1:{stub.port}'
        pair = f'host: 127.0.0.1, port: {stub.port}'
        result, tokens = configured('service: web, token: tk', environment={'CONSUL_HTTP_ADDR': here})
        fails(result, CONFIG, 'token comes from the configuration.*CONSUL_',
              'the configuration\'s token, the environment\'s address')
        equal(tokens, [], 'it is not sent there')
        result, tokens = configured('service: web, http-auth: "u:p"', environment={'CONSUL_HTTP_ADDR': here})
        fails(result, CONFIG, 'password', 'the configuration\'s password, the environment\'s address')
        _, tokens = configured(f'service: web, token: tk, {pair}')
        equal(tokens, ['tk'], 'token and address of one rank')
        _, tokens = configured(f'service: web, {pair}', 'token: tk')
        equal(tokens, ['tk'], 'a cluster\'s token may go to the address of the common part of its file')
        _, tokens = configured(f'service: web, {pair}', environment={'CONSUL_HTTP_TOKEN': 'ek'})
        equal(tokens, ['ek'], 'the environment\'s token goes to the configuration\'s address')
        flags = ('-h', '127.0.0.1', '-p', str(stub.port))
        _, tokens = configured('service: web, token: tk, port: 1', arguments=flags)
        equal(tokens, ['tk'], 'the configuration\'s token goes to the command line\'s address')
        elsewhere = {'CONSUL_HTTP_ADDR': 'http://127.0.0.1:1'}
        _, tokens = configured('service: web', arguments=flags, environment=elsewhere)
        equal(tokens, [None], 'host and port of a higher rank beat an address')
        _, tokens = configured(f'service: web, address: "http://{here}"', environment=elsewhere)
        equal(tokens, [None], 'an address of a higher rank beats one of a lower')
        result, tokens = configured(f'service: web, address: "http://{here}", {pair}')
        fails(result, CONFIG, 'both given', 'an address and a host of one rank')


def weakened_tls():
    """Who can set CONSUL_HTTP_SSL_VERIFY must not read what the configuration sends."""
    with tempfile.TemporaryDirectory() as folder:
        def configured(common, environment=None, arguments=(), cluster=''):
            path = os.path.join(folder, 'proxenos.yaml')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(f'backend: consul\nconsul: {{service: web, {common}}}\ndefault-cluster: c\n'
                           f'clusters:\n  c: {{consul: {{{cluster}}}}}\n')
            os.chmod(path, 0o600)
            return nodes(None, '-c', path, *arguments, environment=environment)
        secure = 'address: "https://127.0.0.1:1"'
        both = 'an environment variable CONSUL_.*comes from the configuration; give it where'
        for name, value, option in (('CONSUL_HTTP_SSL_VERIFY', 'false', 'tls-verify'),
                                    ('CONSUL_CACERT', '/ca.pem', 'tls-ca-file'), ('CONSUL_CAPATH', '/ca', 'tls-ca-path'),
                                    ('CONSUL_TLS_SERVER_NAME', 'evil', 'tls-server-name')):
            result = configured(secure, {name: value})
            fails(result, CONFIG, rf'option {option} \({name}\) of {both} the address', f'{name} over an address of the configuration')
            result = configured('token: tk, tls: true', {name: value})
            fails(result, CONFIG, rf'{both} the token', f'{name} over a token of the configuration')
            result = configured('address: "http://127.0.0.1:1"', {name: value})
            equal(result.code, UNREACHABLE, f'{name} where no TLS is spoken')
            result = configured('', {name: value, 'CONSUL_HTTP_ADDR': 'https://127.0.0.1:1'})
            ok('comes from' not in result.err, f'{name} over an address of the environment', result)
        result = configured(f'{secure}, tls-verify: false')
        equal(result.code, UNREACHABLE, 'said where the address is said, it counts')
        result = configured(secure, cluster='tls-verify: false')
        equal(result.code, UNREACHABLE, 'a cluster and the common part of its file are one')
        flags = ('-h', '127.0.0.1', '-p', '1', '-O', 'tls=true')
        result = configured('', {'CONSUL_HTTP_SSL_VERIFY': 'false'}, flags)
        fails(result, CONFIG, 'of an environment variable CONSUL_.*the address comes from the command line',
              'CONSUL_HTTP_SSL_VERIFY over an address of the command line')
        result = configured('', {'CONSUL_TLS_SERVER_NAME': 'here'}, flags)
        equal(result.code, UNREACHABLE, 'the name of the certificate may stand in the environment of whoever types the address')
        result = configured('tls-verify: false', None, flags)
        fails(result, CONFIG, 'of the configuration .*the address comes from the command line',
              'tls-verify of the configuration over an address of the command line')
        # The empty host of the official program.
        for address in (':1', 'http://:1', 'https://:1'):
            result = configured('', {'CONSUL_HTTP_ADDR': address})
            ok(result.code == UNREACHABLE and 'localhost:1' in result.err, f'{address} is a port of localhost', result)


secrets()
ranks()
weakened_tls()
finish()
