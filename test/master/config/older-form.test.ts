import assert from 'node:assert/strict';
import { readWorkerConfig } from '../../../master/config/read-worker-config.ts';
import type { WorkerConfig } from '../../../master/config/worker-config.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** What a worker of the older form means, by what stands in its `control` and beside it. */
function meaning(control: Mapping, beside: Mapping = {}, type = 'managed'): WorkerConfig {
  const execution = { executable_path: 'bin/tools' };
  const unit = { metadata: { name: 'a' }, control: { execution, ...control }, ...beside };
  const config = readWorkerConfig('a', { id: 'a', type, unit: { [type]: unit } });
  assert.ok(config);
  return config;
}

const budget = ({ maxRetries, retryDelayMs, backoffRate }: WorkerConfig['restart']) => [
  maxRetries,
  retryDelayMs,
  backoffRate,
];

describe('the older form means what it meant to HSU Master', () => {
  it('for restarts without a word: on failure, three, after 5 s, each wait longer by half', () => {
    const { restart } = meaning({});
    assert.equal(restart.policy, 'on-failure');
    assert.deepEqual(budget(restart), [3, 5000, 1.5]);
    assert.equal(restart.startupGraceMs, undefined);
  });

  it('for zeros, which are not written', () => {
    const none = { max_retries: 0, retry_delay: '0', backoff_rate: 0 };
    const { restart, gracefulTimeoutMs } = meaning({
      context_aware_restart: { default: none },
      graceful_timeout: '0s',
    });
    assert.deepEqual(budget(restart), [3, 5000, 1.5]);
    assert.equal(gracefulTimeoutMs, 20_000);
  });

  it('for a policy that nobody knows: never', () => {
    const policy = (restart_policy: string) => meaning({ restart_policy }).restart.policy;
    assert.deepEqual(['always', 'unless-stopped', 'sometimes', ''].map(policy), [
      'always',
      'unless-stopped',
      'never',
      'on-failure',
    ]);
  });

  it('for causes that are not written: the default after bad health, two more and twice the wait for a broken limit', () => {
    const { restart } = meaning({
      context_aware_restart: { default: { max_retries: 4, retry_delay: '2s', backoff_rate: 3 } },
    });
    assert.deepEqual(restart.healthFailures, { maxRetries: 4, retryDelayMs: 2000, backoffRate: 3 });
    assert.deepEqual(restart.resourceViolations, { maxRetries: 6, retryDelayMs: 4000, backoffRate: 1.5 });
    assert.equal(restart.startupGraceMs, 120_000);
  });

  it('for multipliers: those that are written replace all others', () => {
    const usual = meaning({ context_aware_restart: {} }).restart;
    assert.deepEqual(usual.severityMultipliers, { warning: 0.5, critical: 1, emergency: 2 });
    assert.deepEqual(usual.profileMultipliers, {
      ...{ batch: 3, web: 1, database: 5, worker: 2, scheduler: 2.5, default: 1 },
    });
    const written = meaning({
      context_aware_restart: { severity_multipliers: { critical: 2 }, worker_profile_multipliers: { web: 4 } },
    }).restart;
    assert.deepEqual([written.severityMultipliers, written.profileMultipliers], [{ critical: 2 }, { web: 4 }]);
  });

  it('for times of limits that stand with the restarts', () => {
    const { limits } = meaning({
      limits: { memory: { max_rss: 1000 } },
      context_aware_restart: { sustained_violation_time: '5m', spike_tolerance_time: '3s' },
    });
    assert.deepEqual([limits?.sustainedMs, limits?.spikeMs, limits?.memoryPolicy], [300_000, 3000, 'log']);
  });

  it('for a check with nothing but its type, and with retries', () => {
    const check = meaning({}, { health_check: { type: 'process' } }).healthCheck;
    assert.deepEqual([check?.intervalMs, check?.timeoutMs, check?.failureThreshold], [30_000, 5000, 2]);
    const retries = meaning({}, { health_check: { type: 'process', run_options: { retries: 4 } } }).healthCheck;
    assert.equal(retries?.failureThreshold, 4);
  });

  it('for a host of a TCP check, in brackets where it needs them', () => {
    const check = (address: string) =>
      meaning({}, { health_check: { type: 'tcp', tcp: { address, port: 80 } } }).healthCheck?.address;
    assert.deepEqual(['localhost', '::1', '[::1]', ''].map(check), [
      'localhost:80',
      '[::1]:80',
      '[::1]:80',
      '127.0.0.1:80',
    ]);
  });

  it('for an integrated unit without a check: it is asked by gRPC where its port is', () => {
    const options = { health_check_run_options: { interval: '20s', timeout: '1s' } };
    const { healthCheck, management, restart } = meaning({}, options, 'integrated');
    assert.deepEqual(
      [healthCheck?.type, healthCheck?.address, healthCheck?.intervalMs, healthCheck?.timeoutMs],
      ['grpc', undefined, 20_000, 1000],
    );
    // Its own restart defaults failed upstream: here they are those of all.
    assert.deepEqual([management, budget(restart)], ['integrated', [3, 5000, 1.5]]);
  });

  it('for a unit that somebody else starts: never restarted, never ended, given 30 s', () => {
    const { restart, gracefulTimeoutMs, discovery } = meaning(
      {},
      { discovery: { method: 'pid_file', pid_file: '/run/a.pid' } },
      'unmanaged',
    );
    assert.deepEqual([restart.policy, gracefulTimeoutMs], ['never', 30_000]);
    assert.deepEqual(discovery, { method: 'pid-file', pidFile: '/run/a.pid', canTerminate: false, canRestart: false });
  });

  it('for signals that may be sent: those that are known, and none for an empty list', () => {
    const allowed = (allowed_signals: unknown) =>
      meaning({ allowed_signals }, { discovery: { method: 'port', port: 1 } }, 'unmanaged').discovery?.allowedSignals;
    assert.deepEqual([['SIGTERM', 'SIGCONT', 'SIGNAL', 15], [], 'SIGTERM', undefined].map(allowed), [
      ['SIGTERM', 'SIGCONT'],
      [],
      undefined,
      undefined,
    ]);
  });
});
