# SPDX-License-Identifier: MIT
"""The vectors of ../vectors as lines of tab-separated fields, for scheme-check.c, which has no JSON."""
import json
import os
import sys

folder = sys.argv[1]


def load(name):
    with open(os.path.join(folder, name), encoding='utf-8') as file:
        return json.load(file)


def line(*fields):
    print('\t'.join(str(field) for field in fields))


for case in load('scheme.json')['identities']:
    if case['port'] is None or 1 <= case['port'] <= 65535:
        line('address', case['host'], case['port'] or 0, case['identity'] or 'error')
for case in load('scheme.json')['secrets']:
    line('secret', case['secret'], case['fingerprint'])
for index, value in enumerate(load('scheme.json')['nlog2_table']):
    line('table', index, value)
for case in load('hashes.json'):
    if case['hash'].startswith(('siphash', 'mmh3')):
        options = ','.join('%s=%s' % pair for pair in case['options'].items())
        line('hash', case['hash'], options, case['input'], case['hash64'], case['digest'])
for cluster in load('hrw.json'):
    for node in cluster['nodes']:
        line('hrw', cluster['key_hash64'], node['hash64'], cluster['K'], node['D'], node['S'], node['NLOG2'])
    order = {node['identity']: str(index) for index, node in enumerate(cluster['nodes'])}
    line('ranking', cluster['key_hash64'], ','.join(order[identity] for identity in cluster['ranking']),
         *('%s:%d' % (node['hash64'], node['weight']) for node in cluster['nodes']))
for cluster in load('python.json'):
    for node, seed, weight in zip(cluster['nodes'], cluster['seeds'], cluster['weights']):
        host, port = node.rsplit('|', 1)
        line('python', cluster['digest'], int(cluster['signed']), host, port, seed, weight)
for cluster in load('lcg.json'):
    for node in cluster['nodes']:
        line('lcg', cluster['key_hash64'], node['hash64'], node['W'])
