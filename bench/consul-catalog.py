# SPDX-License-Identifier: MIT
"""consul-catalog.py BUILD [ROUNDS]: what `make consul-catalog` runs.  A real Consul
with 1,000 services of 3 instances on 30 nodes, read by the backend and one request
after another: directly, and with every answer delayed by a millisecond."""
import http.client
import json
import os
import subprocess
import sys

SOURCE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE, '../tests/consul'))
from support import Consul, clean_environment, require_consul

SERVICES, INSTANCES, NODES = 1000, 3, 30


def fill(consul):
    connection = http.client.HTTPConnection('127.0.0.1', consul.port)
    for number in range(SERVICES * INSTANCES):
        service, node = f'service-{number // INSTANCES:04}', f'node-{number % NODES:02}'
        identity = f'{service}-{number % INSTANCES}'
        document = {
            'Node': node, 'Address': f'10.0.0.{number % NODES + 1}', 'SkipNodeUpdate': number >= NODES,
            'Service': {'ID': identity, 'Service': service, 'Port': 8000 + number % INSTANCES, 'Tags': ['v1'],
                        'Address': f'10.1.{number // 250}.{number % 250 + 1}'},
            'Check': {'Node': node, 'CheckID': 'service:' + identity, 'Name': f"Service '{service}' check",
                      'Status': 'passing', 'ServiceID': identity}}
        connection.request('PUT', '/v1/catalog/register', json.dumps(document))
        answer = connection.getresponse()
        if answer.status != 200:
            sys.exit(f'consul-catalog: Consul refuses an instance: {answer.read().decode()}')
        answer.read()


def compare(build, port, rounds, name):
    path = os.path.join(build, f'bench/consul-catalog{name}.json')
    environment = clean_environment(PROXENOS_PLUGIN_PATH=os.path.abspath(os.path.join(build, 'stage')))
    program = os.path.join(build, 'bench/consul-catalog')
    subprocess.run([program, '--rounds', str(rounds), '--json', path, str(port)], check=True, env=environment)
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def main(build, rounds=15):
    require_consul()
    with Consul(mode='server') as consul:
        fill(consul)
        print('over loopback:', flush=True)
        direct = compare(build, consul.port, rounds, '')
        proxy = subprocess.Popen([os.path.join(build, 'bench/delay-proxy'), str(consul.port), '1000'],
                                 stdout=subprocess.PIPE, text=True)
        try:
            port = int(proxy.stdout.readline())
            print('\nevery answer delayed by 1 ms:', flush=True)
            delayed = compare(build, port, rounds, '-delayed')
        finally:
            proxy.kill()
            proxy.wait()
    for rows, wanted in ((direct, 3), (delayed, 15)):
        ratio = rows[1]['ratio']  # beside the one that does the same work
        print(f"{ratio:.1f} times faster, wanted are {wanted}: {'reached' if ratio >= wanted else 'MISSED'}")


main(sys.argv[1], *(int(argument) for argument in sys.argv[2:3]))
