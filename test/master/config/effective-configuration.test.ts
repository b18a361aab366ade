import assert from 'node:assert/strict';
import { effectiveConfiguration } from '../../../master/config/effective-configuration.ts';
import { layOver } from '../../../master/config/overlay.ts';
import { parse } from 'yaml';
import { readWorkersFile } from '../../../master/config/read-workers-file.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const manifest = `name: service
version: 1.4.0
supported_types: [process, module]
process: { executable_path: bin/service, args: [--quiet] }
module: { module_path: lib/service.js, entry_point: create }
health_check: { endpoint: /health, interval: 7s }
`;
const world = memoryWorld({
  '/work/packages/service/package.yaml': { text: manifest },
  '/work/packages/service/bin/service': { executable: true },
  '/work/packages/service/lib/service.js': { exports: ['create'] },
  '/work/bin/old': { executable: true },
});

/** "value origin" of each setting in force for the only worker of a file. */
function inForce(worker: string, overlay?: string): Record<string, string> {
  const text = `workers:\n  - id: a\n${indent(worker)}`;
  const upper = overlay === undefined ? undefined : `workers:\n  - id: a\n${indent(overlay)}`;
  const laid = upper === undefined ? { text } : layOver(text, upper);
  assert.ok('text' in laid);
  const { workers, problems } = readWorkersFile(laid.text, world);
  const resolved = workers[0]?.resolved;
  assert.ok(resolved, JSON.stringify(problems));
  const settings = effectiveConfiguration(resolved, {
    file: itemOf(text),
    overlay: upper === undefined ? undefined : itemOf(upper),
    manifest: world.packages()?.[0]?.manifest,
  });
  return Object.fromEntries(settings.map(({ key, value, origin }) => [key, `${String(value)} ${origin}`]));
}

const indent = (text: string) => text.replace(/^(?=.)/gm, '    ');

function itemOf(text: string): unknown {
  const { workers } = parse(text) as { workers: unknown[] };
  return workers[0];
}

describe('the effective configuration', () => {
  it('tells what the file, the package and the defaults say', () => {
    const settings = inForce('type: process\npackage: service\nstart_timeout: 90s\nenvironment: [MODE=fast]\n');
    const expected = {
      type: 'process file',
      package: 'service:1.4.0 file',
      enabled: 'true default',
      'execution.executable_path': '/work/packages/service/bin/service package',
      'execution.args': '--quiet package',
      'environment.MODE': 'fast file',
      'health_check.endpoint': '/health package',
      'health_check.interval': '7s package',
      'health_check.timeout': '5s default',
      'restart.policy': 'on-failure default',
      'restart.retry_delay': '5s default',
      start_timeout: '90s file',
      graceful_timeout: '20s default',
    };
    for (const [key, value] of Object.entries(expected)) assert.equal(settings[key], value, key);
    assert.ok(!('module.module_path' in settings), 'what rests is not in force');
  });

  it('tells of a module what its own block says and what the package says', () => {
    const settings = inForce('type: module\npackage: service\nmodule: { isolation: thread, config: { port: 0 } }\n');
    assert.equal(settings['module.module_path'], '/work/packages/service/lib/service.js package');
    assert.equal(settings['module.entry_point'], 'create package');
    assert.equal(settings['module.isolation'], 'thread file');
    assert.equal(settings['module.config.port'], '0 file');
    assert.ok(!('execution.executable_path' in settings));
  });

  it('names the overlay where it wins', () => {
    const worker = 'type: process\npackage: service\nrestart: { max_retries: 1, retry_delay: 2s }\n';
    const settings = inForce(worker, 'type: module\nrestart: { max_retries: 9 }\n');
    assert.equal(settings['type'], 'module overlay');
    assert.equal(settings['restart.max_retries'], '9 overlay');
    assert.equal(settings['restart.retry_delay'], '2s file');
    assert.equal(settings['restart.policy'], 'on-failure default');
  });

  it('finds the places of the older form', () => {
    const settings = inForce(`type: managed
unit:
  managed:
    control:
      execution: { executable_path: /work/bin/old, args: [x] }
      restart_policy: always
      graceful_timeout: 3s
`);
    assert.equal(settings['execution.executable_path'], '/work/bin/old file');
    assert.equal(settings['restart.policy'], 'always file');
    assert.equal(settings['graceful_timeout'], '3s file');
  });

  it('takes the short form of a policy for the policy only', () => {
    const settings = inForce('type: process\npackage: service\nrestart: always\n');
    assert.equal(settings['restart.policy'], 'always file');
    assert.equal(settings['restart.max_retries'], '3 default');
  });
});
