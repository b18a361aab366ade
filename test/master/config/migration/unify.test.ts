import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { applyEdits } from '../../../../master/config/apply-edits.ts';
import type { ResolvedWorker } from '../../../../master/config/deployment.ts';
import { effectiveConfiguration } from '../../../../master/config/effective-configuration.ts';
import { unifyFile, unifyItem } from '../../../../master/config/migration/unify.ts';
import { readWorkersFile } from '../../../../master/config/read-workers-file.ts';
import { WorkersDocument } from '../../../../master/config/workers-document.ts';
import { argumentsWithPort, asksForPort } from '../../../../master/workers/process/hand-out-port.ts';
import { memoryWorld } from '../../../support/memory-world.ts';

const world = memoryWorld({
  '/work/bin/tools': { executable: true },
  '/work/tools': { executable: true },
  '/run/a.pid': {},
});

const whole = `# The workers of the office.
process_manager: { port: 50055 } # the master
managed_processes:
  # Renders.
  - id: renders # every page
    type: standard_managed # older
    profile_type: web
    management: # the block
      standard_managed:
        metadata:
          name: renders
          description: Renders pages
        control:
          execution:
            executable_path: bin/tools # built by make
            args: ["--fast"]
            environment:
              - LEVEL=debug
            wait_delay: 5s
          process_file: { servicecontext: user } # where its pid was
          restart_policy: always
          context_aware_restart:
            default:
              max_retries: 4 # four
              retry_delay: 2s
              backoff_rate: 2
            resource_violations: { max_retries: 1, retry_delay: 30s, backoff_rate: 3 }
            startup_grace_period: 10s
            sustained_violation_time: 1m
          limits:
            memory: { max_rss: 1048576 }
            cpu: { max_percent: 50, policy: restart }
          graceful_timeout: 7s
        health_check:
          type: http
          http: { url: "http://127.0.0.1:80/health" }
          run_options: { interval: 10s, timeout: 2s, retries: 3 }
    depends_on: [answers]

  - id: answers
    type: integrated_managed
    enabled: false
    management:
      integrated_managed:
        metadata: { name: answers }
        control:
          execution: { executable_path: tools }
          context_aware_restart:
            default: { max_retries: 0, backoff_rate: 2 }
        health_check_run_options: { interval: 20s }

  # Somebody else starts it.
  - id: watched
    type: unmanaged
    management:
      unmanaged:
        metadata: { name: The database }
        discovery: { method: pid_file, pid_file: /run/a.pid }
        control: { can_terminate: true, allowed_signals: [SIGTERM], graceful_timeout: 5s }
        health_check: { type: process, run_options: { interval: 10s, timeout: 1s } }

  - id: new
    type: process
    execution: { executable_path: bin/tools }
log_collection:
  system: { process_directory: logs }
  global_aggregation: { targets: [{ type: process_manager_stdout, prefix: "{ " }] }
`;

const unifiedWhole = `# The workers of the office.
master: { port: 50055 } # the master
workers:
  # Renders.
  # the block
  # where its pid was
  - id: renders # every page
    type: process # older
    profile_type: web
    metadata:
      name: renders
      description: Renders pages
    execution:
      executable_path: bin/tools # built by make
      args: ["--fast"]
      environment:
        - LEVEL=debug
      wait_delay: 5s
      working_directory: bin
    health_check:
      type: http
      http: { url: "http://127.0.0.1:80/health" }
      run_options: { interval: 10s, timeout: 2s, retries: 3 }
    limits:
      memory: { max_rss: 1048576, policy: log }
      cpu: { max_percent: 50, policy: restart }
      monitoring:
        sustained_violation_time: 1m
    restart:
      policy: always
      max_retries: 4 # four
      retry_delay: 2s
      backoff_rate: 2
      by_cause:
        resource_violations: { max_retries: 1, retry_delay: 30s, backoff_rate: 3 }
        startup_grace_period: 10s
    graceful_timeout: 7s
    depends_on: [answers]

  - id: answers
    type: process
    enabled: false
    execution: { executable_path: ./tools, args: [--port, "{port}"] }
    health_check:
      type: grpc
      run_options: { interval: 20s }
    restart:
      backoff_rate: 2
      by_cause: {}

  # Somebody else starts it.
  - id: watched
    type: process
    metadata: { name: The database }
    discovery: { method: pid_file, pid_file: /run/a.pid, can_terminate: true, allowed_signals: [SIGTERM] }
    health_check: { type: process, run_options: { interval: 10s, timeout: 1s } }
    graceful_timeout: 5s

  - id: new
    type: process
    execution: { executable_path: bin/tools }
log_collection:
  system: { worker_directory: logs }
  global_aggregation: { targets: [{ type: master_stdout, prefix: "{ " }] }
`;

describe('the older form turned into the unified one', () => {
  const made = applyEdits(whole, unifyFile(whole));

  it('is a file of the unified form alone, without a new finding', () => {
    const { workers } = parse(made) as { workers: Record<string, unknown>[] };
    assert.deepEqual(
      workers.map(({ id, type, unit, management }) => [id, type, unit, management]),
      ['renders', 'answers', 'watched', 'new'].map((id) => [id, 'process', undefined, undefined]),
    );
    assert.deepEqual(
      codes(made).filter((code) => !codes(whole).includes(code)),
      [],
    );
    assert.deepEqual(unifyFile(made), []);
  });

  it('means the same: every setting in force, and how each worker runs', () => {
    assert.deepEqual(inForce(made), inForce(whole));
    assert.deepEqual(meaning(made), meaning(whole));
  });

  it('keeps every comment', () => {
    assert.deepEqual(comments(made), comments(whole));
  });

  it('looks as a person would write it', () => {
    assert.equal(made, unifiedWhole);
  });

  it('is one worker alone where only that is wanted', () => {
    for (let index = 0; index < 3; index++) {
      const one = unifyOne(whole, index);
      assert.equal((one.match(/^    type: process\b/gm) ?? []).length, 2, one);
      assert.deepEqual(meaning(one), meaning(whole));
      assert.deepEqual(comments(one), comments(whole));
    }
    assert.equal(unifyOne(whole, 3), whole);
  });

  it('keeps the line ends of the file', () => {
    const dos = whole.replaceAll('\n', '\r\n');
    assert.equal(applyEdits(dos, unifyFile(dos)), made.replaceAll('\n', '\r\n'));
    const one = unifyOne(dos, 1);
    assert.equal(one.replaceAll('\r\n', ''), one.replaceAll(/[\r\n]/g, ''));
  });

  const left: readonly (readonly [string, string])[] = [
    ['something in it is unknown', managed('control: {execution: {executable_path: bin/tools}, colour: red}')],
    [
      'both forms are mixed',
      managed('control: {execution: {executable_path: bin/tools}}', '    execution: {args: [x]}\n'),
    ],
    ['others share parts of it', managed('control: &c {execution: {executable_path: bin/tools}}')],
    [
      'it comes from a merge key',
      `x-base: &base\n  control: {execution: {executable_path: bin/tools}}\n${managed('<<: *base')}`,
    ],
    [
      'its unit is another',
      managed('control: {execution: {executable_path: bin/tools}}').replace('type: managed', 'type: unmanaged'),
    ],
    ['it is no YAML', 'workers: ['],
  ];
  for (const [why, text] of left) {
    it(`is left as it is where ${why}`, () => {
      assert.deepEqual(unifyFile(text), []);
      const document = WorkersDocument.open(text, world);
      const node = document.openItem(0)?.node;
      if (node) assert.deepEqual(unifyItem(document.textOf(0), node), []);
    });
  }
});

function managed(unit: string, beside = ''): string {
  return `workers:\n  - id: a\n    type: managed\n${beside}    unit:\n      managed:\n        ${unit}\n`;
}

function unifyOne(text: string, index: number): string {
  const document = WorkersDocument.open(text, world);
  const node = document.openItem(index)?.node;
  assert.ok(node);
  const start = document.startOf(index);
  const edits = unifyItem(document.textOf(index), node);
  return applyEdits(
    text,
    edits.map((edit) => ({ ...edit, start: edit.start + start, end: edit.end + start })),
  );
}

function codes(text: string): string[] {
  return readWorkersFile(text, world).problems.map(({ code, message }) => `${code} ${message}`);
}

/** Every setting of every worker that is in force, whoever says it. */
function inForce(text: string) {
  return readWorkersFile(text, world).workers.map(({ id, resolved }) => [
    id,
    resolved && effectiveConfiguration(handed(resolved), { file: {} }).map(({ key, value }) => [key, value]),
  ]);
}

/** Everything the master goes by: all but the form it was written in. */
function meaning(text: string) {
  const { workers, settings } = readWorkersFile(text, world);
  const read = workers.map(({ id, resolved }) => {
    assert.ok(resolved, id);
    const { config, ...rest } = handed(resolved);
    const { olderForm: _, execution: __, management: ___, ...same } = config;
    return { ...same, ...rest };
  });
  return { read, settings };
}

/** With the arguments it really gets: an integrated worker, and one that writes {port}, is handed a port. */
function handed(worker: ResolvedWorker): ResolvedWorker {
  const { deployment, config } = worker;
  if (deployment.kind !== 'process') return worker;
  const { args } = deployment;
  if (config.management !== 'integrated' && !asksForPort(args)) return worker;
  return { ...worker, deployment: { ...deployment, args: argumentsWithPort(args, 50_001) } };
}

function comments(text: string): string[] {
  return [...text.matchAll(/(?<=^|\s)#.*/g)].map(([comment]) => comment).sort();
}
