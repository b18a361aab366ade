import assert from 'node:assert/strict';
import { applyEdits } from '../../../../master/config/apply-edits.ts';
import { readWorkersFile } from '../../../../master/config/read-workers-file.ts';
import { memoryWorld } from '../../../support/memory-world.ts';

const world = memoryWorld({ '/work/bin/tools': { executable: true } });

/** Each row of old and documented spellings: what it is called, the worker as it was written, and as it is now. */
const rows: readonly (readonly [string, string, string])[] = [
  [
    'control.restart',
    managed(
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  restart:',
      '    policy: always',
      '    max_retries: 4',
      '    retry_delay: 2s',
      '    backoff_rate: 2',
    ),
    managed(
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  context_aware_restart:',
      '    default:',
      '      max_retries: 4',
      '      retry_delay: 2s',
      '      backoff_rate: 2',
      '  restart_policy: always',
    ),
  ],
  [
    'context_aware_restart without default',
    managed(
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  context_aware_restart:',
      '    max_retries: 4 # four',
      '    retry_delay: 2s',
    ),
    managed(
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  context_aware_restart:',
      '    default:',
      '      max_retries: 4 # four',
      '      retry_delay: 2s',
    ),
  ],
  [
    'worker_type and its multipliers',
    old(
      'type: managed\nworker_type: batch_processor',
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  context_aware_restart:',
      '    worker_type_multipliers: {batch: 3}',
    ),
    old(
      'type: managed\nprofile_type: batch',
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  context_aware_restart:',
      '    worker_profile_multipliers: {batch: 3}',
    ),
  ],
  [
    'max_attempts, cooldown_period, backoff_multiplier, strategy',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nrestart:\n  strategy: on_failure\n  max_attempts: 3\n  cooldown_period: 5s\n  backoff_multiplier: 2',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nrestart:\n  policy: on-failure\n  max_retries: 3\n  retry_delay: 5s\n  backoff_rate: 2',
  ],
  [
    'restart_delay and strategy of the older form',
    managed(
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  restart_policy:',
      '    strategy: on_failure',
      '    restart_delay: 5s',
    ),
    managed(
      'control:',
      '  execution: {executable_path: bin/tools}',
      '  context_aware_restart:',
      '    default:',
      '      retry_delay: 5s',
      '  restart_policy: on-failure',
    ),
  ],
  [
    'execution.command beside control',
    managed('execution:', '  command: bin/tools', '  args: [a]'),
    managed('control:', '  execution:', '    executable_path: bin/tools', '    args: [a]'),
  ],
  [
    'execution.command of several words',
    managed('control:', '  execution:', '    command: bin/tools --port 80 # c', '    working_directory: .'),
    managed(
      'control:',
      '  execution:',
      '    executable_path: bin/tools # c',
      '    args: ["--port", "80"]',
      '    working_directory: .',
    ),
  ],
  [
    'control.command of several words, within braces',
    managed("control: {command: 'bin/tools -v', environment: {A: b}}"),
    managed(`control: {execution: {executable_path: 'bin/tools', args: ["-v"], environment: {A: b}}}`),
  ],
  [
    'a command of several words beside its arguments, which may mean anything',
    managed('control:', '  execution:', '    command: bin/tools more', '    args: [a]'),
    managed('control:', '  execution:', '    executable_path: bin/tools more', '    args: [a]'),
  ],
  [
    'limits by other names',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nlimits:\n  memory: {limit_bytes: 1024}\n  cpu: {limit_percent: 50}\n  max_open_files: 100',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nlimits:\n  memory: {max_rss: 1024}\n  cpu: {max_percent: 50}\n  process:\n    max_file_descriptors: 100',
  ],
  [
    'limits as numbers',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nlimits:\n  memory: 1048576\n  cpu: 2',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nlimits:\n  memory:\n    max_rss: 1048576\n  cpu:\n    max_cores: 2',
  ],
  [
    'memory_limits and check_interval',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nlimits:\n  memory_limits:\n    max_rss: 1048576\n    check_interval: 5s',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}\nlimits:\n  memory:\n    max_rss: 1048576\n  monitoring:\n    interval: 5s',
  ],
  [
    'management without the name of the unit',
    'id: a\ntype: standard_managed\nmanagement:\n  control:\n    executable: bin/tools\n    arguments: [a]\n    startup_timeout: 20s\n    shutdown_timeout: 5s\n  resource_limits:\n    max_memory_mb: 64\n    max_cpu_percent: 50\n    max_file_descriptors: 100\n  restart_policy:\n    strategy: always\n    max_attempts: 2\n  health_check:\n    http_endpoint: http://127.0.0.1:80/health\n    failure_threshold: 3',
    'id: a\ntype: standard_managed\nmanagement:\n  standard_managed:\n    control:\n      graceful_timeout: 5s\n      limits:\n        memory:\n          limit_mb: 64\n        cpu:\n          max_percent: 50\n        process:\n          max_file_descriptors: 100\n      execution:\n        executable_path: bin/tools\n        args: [a]\n      context_aware_restart:\n        default:\n          max_retries: 2\n      restart_policy: always\n    health_check:\n      http_endpoint: http://127.0.0.1:80/health\n      failure_threshold: 3\nstart_timeout: 20s',
  ],
  [
    'process_type',
    'id: a\nprocess_type: process\nexecution: {executable_path: bin/tools}',
    'id: a\ntype: process\nexecution: {executable_path: bin/tools}',
  ],
];

describe('old spellings', () => {
  for (const [name, before, after] of rows) {
    it(name, () => {
      const text = file(before);
      const { problems } = readWorkersFile(text, world);
      const old = problems.filter(({ code }) => code === 'HSU108');
      assert.ok(old.length > 0, JSON.stringify(problems));
      const whole = old.flatMap(({ fixes }) => fixes).find(({ title }) => title.startsWith('Write this worker'));
      assert.ok(whole, JSON.stringify(old));
      const renewed = applyEdits(text, whole.edits);
      assert.equal(renewed, file(after));
      const left = readWorkersFile(renewed, world).problems;
      assert.deepEqual(
        left.filter(({ code }) => /^HSU10[1238]$/.test(code)),
        [],
        JSON.stringify(left),
      );
    });
  }

  it('leaves the workers around it, comments and line ends alone', () => {
    const text = `# head\r\nworkers:\r\n  - id: first # one\r\n    type: process\r\n    execution: { executable_path: bin/tools }\r\n\r\n  # about it\r\n  - id: b\r\n    type: process # kept\r\n    execution: {executable_path: 'bin/tools'}\r\n    restart:\r\n      max_attempts: 3 # three\r\n# tail\r\n`;
    const { problems } = readWorkersFile(text, world);
    const [fix] = problems.flatMap(({ fixes }) => fixes.filter(({ title }) => title.startsWith('Write this worker')));
    assert.equal(applyEdits(text, fix?.edits ?? []), text.replace('max_attempts', 'max_retries'));
  });
});

function file(worker: string): string {
  return `workers:\n${worker
    .split('\n')
    .map((line, index) => `${index === 0 ? '  - ' : '    '}${line}\n`)
    .join('')}`;
}

function managed(...unit: readonly string[]): string {
  return old('type: managed', ...unit);
}

function old(head: string, ...unit: readonly string[]): string {
  return `id: a\n${head}\nunit:\n  managed:\n    metadata: {name: a}\n${unit.map((line) => `    ${line}`).join('\n')}`;
}
