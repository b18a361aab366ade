import assert from 'node:assert/strict';
import { applyEdits } from '../../../../master/config/apply-edits.ts';
import { renewFile } from '../../../../master/config/migration/renew-file.ts';
import { readWorkersFile } from '../../../../master/config/read-workers-file.ts';
import { memoryWorld } from '../../../support/memory-world.ts';

const world = memoryWorld({ '/work/bin/tools': { executable: true } });
const one = '  - id: a\n    type: process\n    execution: {executable_path: bin/tools}\n';

/** What is old, the file as it was written, and as it is now. */
const rows: readonly (readonly [string, string, string])[] = [
  [
    'workers by their ids',
    'workers:\n  # the first\n  a:\n    type: process # kept\n    execution: {executable_path: bin/tools}\n  b:\n    type: process\n    execution: {executable_path: bin/tools}\n',
    'workers:\n  # the first\n  - id: a\n    type: process # kept\n    execution: {executable_path: bin/tools}\n  - id: b\n    type: process\n    execution: {executable_path: bin/tools}\n',
  ],
  [
    'restart_circuit_breaker',
    `restart_circuit_breaker: {max_attempts: 4, cooldown_period: 2s}\nworkers:\n${one}`,
    `workers:\n${one}    restart:\n      max_retries: 4\n      retry_delay: 2s\n`,
  ],
  [
    'master.logging',
    `master:\n  logging: {enabled: true}\nworkers:\n${one}`,
    `workers:\n${one}log_collection: {enabled: true}\n`,
  ],
  [
    'master.log_collection',
    `master:\n  port: 50055\n  log_collection: {enabled: true}\nworkers:\n${one}`,
    `master:\n  port: 50055\nworkers:\n${one}log_collection: {enabled: true}\n`,
  ],
  [
    'log_config, output and aggregation.mode',
    `log_config:\n  output:\n    separate: {}\n  aggregation:\n    mode: both\nworkers:\n${one}`,
    `log_collection:\n  global_aggregation:\n    enabled: true\n  default_worker:\n    outputs:\n      separate: {}\nworkers:\n${one}`,
  ],
  [
    'the names of two masters in one file',
    'process_manager: {port: 50055}\nmanaged_processes:\n  - id: a\n    type: managed\n    unit:\n      managed:\n        metadata: {name: a}\n        control: {execution: {executable_path: bin/tools}}\n',
    'master: {port: 50055}\nworkers:\n  - id: a\n    type: managed\n    unit:\n      managed:\n        metadata: {name: a}\n        control: {execution: {executable_path: bin/tools}}\n',
  ],
  [
    'what the process manager calls the parts of log_collection',
    `workers:\n${one}log_collection:\n  enhancement: { metadata: { add_process_manager_id: true } }\n  default:\n    outputs:\n      forwarding: [{ type: process_manager_stdout }, { type: process_manager_stderr }, { type: file, path: "{process_id}.log" }]\n  system: { process_directory: logs, max_managed_processes: 5 }\n`,
    `workers:\n${one}log_collection:\n  enhancement: { metadata: { add_master_id: true } }\n  default_worker:\n    outputs:\n      forwarding: [{ type: master_stdout }, { type: stderr }, { type: file, path: "{worker_id}.log" }]\n  system: { worker_directory: logs, max_workers: 5 }\n`,
  ],
  [
    'workers in old spellings',
    `workers:\n${one}    restart:\n      max_attempts: 3\n`,
    `workers:\n${one}    restart:\n      max_retries: 3\n`,
  ],
];

describe('a file in old spellings', () => {
  for (const [name, before, after] of rows) {
    it(name, () => {
      const renewed = applyEdits(before, renewFile(before));
      assert.equal(renewed, after);
      const left = readWorkersFile(renewed, world).problems.filter(({ code }) => /^HSU10[138]$/.test(code));
      assert.deepEqual(left, []);
      assert.deepEqual(renewFile(renewed), []);
    });
  }

  it('stays as it is where it is broken, current, or says what nobody knows', () => {
    assert.deepEqual(renewFile('workers: ['), []);
    assert.deepEqual(renewFile(`workers:\n${one}`), []);
    assert.deepEqual(renewFile(`restart_circuit_breaker: {phase: 1}\nworkers:\n${one}`), []);
  });
});
