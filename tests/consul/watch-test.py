# SPDX-License-Identifier: MIT
"""Following a real Consul by blocking queries: changes come at once, nothing else wakes anybody, and the worst that
happens to a server is no empty fleet.  Polling is set to an hour, so that it cannot be what is seen."""
import http.client
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..')]
import watching
from stub import Stub, WEB, SELF, entry, json_answer, text
from support import Consul, equal, finish, ok, require_consul

require_consul()
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')


def write(name, content):
    path = os.path.join(folder.name, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(content)
    os.chmod(path, 0o600)
    return path


def follow(consul, *arguments, settings='settle: 0s, poll: 1h, retry: 50ms..200ms'):
    config = write('watch.yaml', f'follow: {{{settings}}}\n')
    return watching.Watch(config, '-b', 'consul', '-h', '127.0.0.1', '-p', str(consul.port), *arguments)


def web(consul, number, status='passing', **more):
    consul.register(Name='web', ID=f'w{number}', Address=f'10.0.0.{number}', Port=80,
                    Check={'CheckID': f'c{number}', 'TTL': '1h', 'Status': status}, **more)


def gone(consul, number):
    consul.call('PUT', f'/v1/agent/service/deregister/w{number}')


def lines(watch, count):
    return sorted(watch.line() for _ in range(count))


def is_quiet(watch, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if watch.seen or watch.is_readable():
            return False
    return True


def named(consul):
    web(consul, 1)
    web(consul, 2)
    watch = follow(consul, '-s', 'web')
    equal(lines(watch, 2), ['+ 10.0.0.1:80', '+ 10.0.0.2:80'], 'the first membership')
    web(consul, 3)
    equal(watch.line(), '+ 10.0.0.3:80', 'an instance that is registered')
    consul.set_check('c1', 'critical')
    equal(watch.line(), '- 10.0.0.1:80', 'one that fails its check')
    consul.set_check('c1', 'passing')
    equal(watch.line(), '+ 10.0.0.1:80', 'one that passes it again')
    web(consul, 2, Meta={'zone': 'b'}, Weights={'Passing': 7, 'Warning': 1})
    equal(watch.line(), '~ 10.0.0.2:80 weight 1 -> 7, zone  -> b, metadata', 'one that is registered anew')
    gone(consul, 3)
    equal(watch.line(), '- 10.0.0.3:80', 'one that is taken away')
    for number in range(50):
        consul.call('PUT', f'/v1/kv/noise/{number}', number)
        web(consul, 1)
    consul.set_check('c1', 'passing', 'other words')
    ok(is_quiet(watch, 1), 'values, repeated registrations and words of checks wake nobody')
    delays = []
    for number in range(4, 24):
        web(consul, number)
        begun = time.monotonic()
        watch.line()
        delays.append(time.monotonic() - begun)
    print(f'# from the end of the registration to the line: {1000 * statistics.median(delays):.1f} ms (median of {len(delays)})')
    for number in range(1, 23):
        if number != 3:
            gone(consul, number)
    seen = [watch.line() for _ in range(21)]
    ok(all(line.startswith('- ') for line in seen), 'all but one go', seen)
    gone(consul, 23)
    equal(watch.line(), '= held no node is left, and min-nodes is 1', 'the last one is held')
    web(consul, 30)
    equal([watch.line() for _ in range(3)], ['= current', '- 10.0.0.23:80', '+ 10.0.0.30:80'], 'another is accepted')
    equal(watch.end(signal.SIGTERM)[0], 130, 'it ends')
    gone(consul, 30)


def at_once(consul):
    """What a moment alone shows, and a check that fails everywhere, as it does when the check is at fault."""
    for number in (1, 2, 3):
        web(consul, number)
    watch = follow(consul, '-s', 'web', settings='settle: 1500ms..5s, poll: 1h, retry: 50ms..200ms')
    lines(watch, 3)
    gone(consul, 2)
    time.sleep(0.1)
    web(consul, 2)
    ok(is_quiet(watch, 3), 'an instance that goes and comes back within settle wakes nobody')
    for number in (1, 2, 3):
        consul.set_check(f'c{number}', 'critical')
    equal(watch.line(), '= held no node is left, and min-nodes is 1', 'all that fail their checks at once are held')
    ok(is_quiet(watch, 1), 'told once')
    for number in (1, 2, 3):
        consul.set_check(f'c{number}', 'passing')
    equal(watch.line(), '= current', 'until they pass them again')
    watch.end(signal.SIGTERM)
    for number in (1, 2, 3):
        gone(consul, number)


def descriptors(consul):
    """libcurl's sockets are not for commands: their end would be the command's."""
    web(consul, 1)
    listing = os.path.join(folder.name, 'descriptors')
    watch = follow(consul, '-s', 'web', '--run', f'ls /proc/self/fd >{listing}.new && mv {listing}.new {listing}')
    watch.line()
    until = time.monotonic() + watching.PATIENCE
    while not os.path.exists(listing) and time.monotonic() < until:
        time.sleep(0.02)
    with open(listing, encoding='ascii') as file:
        equal(file.read().split(), ['0', '1', '2', '3'], 'a command has no descriptor of ours')
    watch.end(signal.SIGTERM)
    gone(consul, 1)


def flood(consul):
    """As many changes as the agent takes in some seconds."""
    watch = follow(consul, '-s', 'web', settings='settle: 250ms..1s, poll: 1h, retry: 50ms..200ms')
    web(consul, 2)
    equal(watch.line(), '+ 10.0.0.2:80', 'an instance')
    begun, changes = time.monotonic(), 0
    connection = http.client.HTTPConnection('127.0.0.1', consul.port, timeout=10)
    while time.monotonic() < begun + 5:
        changes += 1
        connection.request('PUT', '/v1/agent/service/register', json.dumps(
            {'Name': 'web', 'ID': 'w1', 'Address': '10.0.0.1', 'Port': 80, 'Weights': {'Passing': 2 + changes % 1000, 'Warning': 1}}))
        connection.getresponse().read()
    connection.close()
    web(consul, 1, Weights={'Passing': 7777, 'Warning': 1})
    told = []
    while not told or not told[-1].endswith('7777'):
        told.append(watch.line())
        if not told[-1]:
            break
    took = time.monotonic() - begun
    print(f'# {changes} changes, {len(told)} lines in {took:.1f} s')
    ok(told[-1].endswith('7777'), 'after a flood of changes the last one is in force', told[-3:])
    ok(changes > 50 and len(told) <= took * 4 + 2, 'and no more was told than settle allows', changes, len(told), took)
    watch.end(signal.SIGTERM)
    for number in (1, 2):
        gone(consul, number)


def catalog(consul):
    web(consul, 1)
    watch = follow(consul)
    agent = f'127.0.0.1:{consul.server}'
    equal(lines(watch, 2), sorted(['+ 10.0.0.1:80', f'+ {agent}']), 'the whole catalog')
    consul.register(Name='db', ID='db1', Address='10.1.0.1', Port=5432, Check={'CheckID': 'db', 'TTL': '1h', 'Status': 'passing'})
    equal(watch.line(), '+ 10.1.0.1:5432', 'a service that is new')
    consul.set_check('db', 'critical')
    equal(watch.line(), '- 10.1.0.1:5432', 'a check that fails')
    consul.call('PUT', '/v1/agent/service/deregister/db1')
    gone(consul, 1)
    equal(watch.line(), '- 10.0.0.1:80', 'a service that goes')
    watch.end(signal.SIGTERM)


def many(consul):
    """More services than triggers."""
    names = [f's{number}' for number in range(40)]
    for number, name in enumerate(names):
        consul.register(Name=name, ID=name, Address='10.2.0.1', Port=1000 + number)
    watch = follow(consul, *(word for name in names for word in ('-s', name)))
    equal(len(lines(watch, 40)), 40, 'forty services')
    consul.register(Name='s7', ID='more', Address='10.2.0.9', Port=7)
    equal(watch.line(), '+ 10.2.0.9:7', 'a change in one of them')
    watch.end(signal.SIGTERM)
    for name in [*names, 'more']:
        consul.call('PUT', f'/v1/agent/service/deregister/{name}')


def frozen(consul):
    web(consul, 1)
    watch = follow(consul, '-s', 'web', '-O', 'timeout=1s', '--timeout', '1s')
    watch.line()
    consul.process.send_signal(signal.SIGSTOP)
    ok(is_quiet(watch, 2), 'a server that is frozen while a query is held shows nothing')
    watch.process.send_signal(signal.SIGHUP)
    line = watch.line()
    ok(line.startswith('= stale '), 'until it is asked', line)
    consul.process.send_signal(signal.SIGCONT)
    equal(watch.line(), '= current', 'and is right again when it thaws')
    web(consul, 2)
    equal(watch.line(), '+ 10.0.0.2:80', 'with changes as before')
    watch.end(signal.SIGTERM)


def restarted(consul):
    """Another index, lower than before, and another membership behind the same port."""
    watch = follow(consul, '-s', 'web')
    lines(watch, 2)
    for number in range(100):
        consul.call('PUT', f'/v1/kv/noise/{number}', number)
    consul.end_process()
    line = watch.line()
    ok(line.startswith('= stale '), 'a server that is gone', line)
    shutil.rmtree(os.path.join(consul.folder, 'data'), ignore_errors=True)
    ports = consul.port
    import support
    original, support.free_ports = support.free_ports, lambda count: [ports, *original(count - 1)]
    started = consul.start()
    support.free_ports = original
    ok(started and consul.port == ports, 'another one starts behind its port')
    web(consul, 1)
    web(consul, 9)
    seen = set()
    while len(seen & {'+ 10.0.0.9:80', '- 10.0.0.2:80'}) < 2:
        line = watch.line()
        if not line:
            break
        seen.add(line)
    ok({'+ 10.0.0.9:80', '- 10.0.0.2:80'} <= seen, 'and is followed', seen)
    ok('- 10.0.0.1:80' not in seen, 'without an empty fleet in between', seen)
    web(consul, 10)
    equal(watch.line(), '+ 10.0.0.10:80', 'by its lower index')
    watch.end(signal.SIGTERM)


def indexes():
    """What a real server shows on no demand: an index that goes back, none at all, and a busy loop's bait."""
    def indexed(number, *entries):
        return json_answer(list(entries), X_Consul_Index=str(number))
    first = [indexed(50, entry(1))] * 2
    with Stub({WEB: [*first, indexed(7, entry(2)), indexed(7, entry(2)), indexed(7, entry(2)), indexed(7, entry(2))],
               SELF: json_answer({'Config': {}})}) as stub:
        watch = follow(stub, '-s', 'web')
        equal(watch.line(), '+ 10.0.0.1:8000', 'an index of 50')
        equal(lines(watch, 2), ['+ 10.0.0.2:8000', '- 10.0.0.1:8000'], 'an index that goes back is news')
        watch.end(signal.SIGTERM)
        waits = [target for target in stub.targets() if 'index=' in target]
        ok(waits and 'index=50&wait=' in waits[0] and all('index=0' not in target for target in waits), 'what is asked', waits[:3])
    # Noted on a server that knows more than the one that is read: stale answers may come from any.
    with Stub({WEB: [indexed(7, entry(2)), indexed(6, entry(1)), indexed(7, entry(2))], SELF: json_answer({'Config': {}})}) as stub:
        watch = follow(stub, '-s', 'web')
        equal(watch.line(), '+ 10.0.0.2:8000', 'a server that lags is not believed')
        watch.end(signal.SIGTERM)
        asked = [target for target in stub.targets() if WEB in target]
        equal(['stale' in target for target in asked[:3]], [True, True, False], 'the leader is asked instead')
    # It does go back when a server was restored: the leader says so too.
    with Stub({WEB: [indexed(7, entry(1)), indexed(7, entry(1)), indexed(8, entry(1)), indexed(3, entry(2))],
               SELF: json_answer({'Config': {}})}) as stub:
        watch = follow(stub, '-s', 'web')
        equal(lines(watch, 3), sorted(['+ 10.0.0.1:8000', '+ 10.0.0.2:8000', '- 10.0.0.1:8000']), 'what the leader says counts')
        watch.end(signal.SIGTERM)
    for answer in (json_answer([entry(1)]), json_answer([entry(1)], X_Consul_Index='0')):
        with Stub({WEB: answer, SELF: json_answer({'Config': {}})}) as stub:
            watch = follow(stub, '-s', 'web')
            watch.line()
            time.sleep(2)
            count = len(stub.requests)
            ok(is_quiet(watch, 1) and count < 100, 'a server whose index says nothing is not asked without end', count)
            watch.end(signal.SIGTERM)


def retries():
    """A server that says when to ask again is not asked before; the pauses of follow.retry are far shorter."""
    times = []

    def answer(_):
        times.append(time.monotonic())
        if len(times) == 3:
            return text(503, 'overloaded', Retry_After='2')
        return json_answer([entry(1 if len(times) < 3 else 2)], X_Consul_Index='50' if len(times) < 3 else '60')
    with Stub({WEB: answer, SELF: json_answer({'Config': {}})}) as stub:
        watch = follow(stub, '-s', 'web')
        equal(watch.line(), '+ 10.0.0.1:8000', 'before it is overloaded')
        line = watch.line()
        ok(line.startswith('= stale '), 'while it is', line)
        while not watch.line().startswith('+ 10.0.0.2:8000'):
            pass
        watch.end(signal.SIGTERM)
        ok(times[3] - times[2] >= 1.9, 'Retry-After is heeded', times)


def tokens():
    """A token that is revoked and renewed in its file."""
    with Consul(token='11111111-2222-3333-4444-555555555555', mode='dev',
                acl={'enabled': True, 'default_policy': 'deny',
                     'tokens': {'master': '11111111-2222-3333-4444-555555555555', 'agent': '11111111-2222-3333-4444-555555555555'}}) as consul:
        consul.call('PUT', '/v1/acl/policy', {'Name': 'read', 'Rules': 'service_prefix "" { policy = "read" } '
                                              'node_prefix "" { policy = "read" } agent_prefix "" { policy = "read" }'})

        def token():
            return consul.call('PUT', '/v1/acl/token', {'Policies': [{'Name': 'read'}]})
        web(consul, 1)
        old = token()
        file = write('token', old['SecretID'])
        watch = follow(consul, '-s', 'web', '-O', f'token-file={file}')
        equal(watch.line(), '+ 10.0.0.1:80', 'with a token')
        consul.call('DELETE', '/v1/acl/token/' + old['AccessorID'])
        web(consul, 2)
        line = watch.line()
        ok(line.startswith('= stale ') and 'denies access' in line, 'one that is revoked is no empty fleet', line)
        write('token', token()['SecretID'])
        after = lines(watch, 2)
        equal(after, ['+ 10.0.0.2:80', '= current'], 'one that is renewed in its file counts within the pause of a retry')
        watch.end(signal.SIGTERM)


with Consul() as real:
    named(real)
    at_once(real)
    descriptors(real)
    flood(real)
    catalog(real)
    many(real)
    frozen(real)
    restarted(real)
indexes()
retries()
tokens()
finish()
