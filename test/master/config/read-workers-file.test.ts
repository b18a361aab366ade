import assert from 'node:assert/strict';
import { readWorkersFile } from '../../../master/config/read-workers-file.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const manifest = `name: data-processor
version: 1.2.3
supported_types: [process, module]
process:
  executable_path: bin/data-processor
  args: ["--config", "config.yaml"]
module:
  module_path: lib/data-processor.js
  entry_point: CreateDataProcessor
health_check:
  endpoint: /health
  interval: 30s
`;
const files = {
  '/work/package.yaml': { text: manifest },
  '/work/bin/data-processor': { executable: true },
  '/work/lib/data-processor.js': { exports: ['CreateDataProcessor'] },
};
const world = memoryWorld(files);

/** The configuration example of the design. */
const example = `workers:
  # Out-of-process deployment (existing)
  - id: "data-processor-1"
    type: "process"
    package: "data-processor:1.2.3"
    execution:
      args: ["--config", "other.yaml"]

  # In-process deployment (NEW)
  - id: "data-processor-2"
    type: "module"
    package: "data-processor:1.2.3"  # Same package!
    module:
      config:
        port: 8081
        timeout: "30s"
`;

describe('readWorkersFile', () => {
  it('puts the environment in the place of ${env:…}, of what is not set its default, in every string', () => {
    const text = [
      'workers:',
      '  - id: a',
      '    type: process',
      '    execution:',
      '      executable_path: ${env:TOOLS}/data-processor',
      '      args: ["--region=${env:REGION:-west}", "${env:NAME:-x}-${env:NAME}", "${env:EMPTY:-}"]',
      '      environment: { TOKEN: "${env:API_TOKEN}" }',
      '',
    ].join('\n');
    const { workers, problems } = readWorkersFile(
      text,
      memoryWorld(files, { TOOLS: '/work/bin', NAME: 'eu', API_TOKEN: 'of-the-shell' }),
    );
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.deepEqual(workers[0]?.resolved?.deployment, {
      kind: 'process',
      workingDirectory: '/work',
      executable: '/work/bin/data-processor',
      args: ['--region=west', 'eu-eu', ''],
      environment: { TOKEN: 'of-the-shell' },
    });
  });

  it('puts the environment in its place in what aliases bring, too', () => {
    const text = [
      'x-base: &base',
      '  type: process',
      '  execution: { executable_path: "${env:TOOLS}/data-processor", environment: { TOKEN: "${env:API_TOKEN}" } }',
      'workers:',
      '  - <<: *base',
      '    id: a',
      '',
    ].join('\n');
    const { workers } = readWorkersFile(text, memoryWorld(files, { TOOLS: '/work/bin', API_TOKEN: 'of-the-shell' }));
    assert.deepEqual(workers[0]?.resolved?.deployment, {
      kind: 'process',
      workingDirectory: '/work',
      executable: '/work/bin/data-processor',
      args: [],
      environment: { TOKEN: 'of-the-shell' },
    });
  });

  it('resolves the two workers of the design', () => {
    const { workers, problems } = readWorkersFile(example, world);
    assert.deepEqual(problems, []);
    const [first, second] = workers;
    assert.deepEqual(first?.resolved?.deployment, {
      kind: 'process',
      workingDirectory: '/work',
      executable: '/work/bin/data-processor',
      args: ['--config', 'other.yaml'],
      environment: {},
    });
    assert.equal(first.resolved.healthCheck?.endpoint, '/health');
    assert.equal(first.resolved.packageVersion, '1.2.3');
    assert.deepEqual(second?.resolved?.deployment, {
      kind: 'module',
      isolation: 'shared',
      path: '/work/lib/data-processor.js',
      entryPoint: 'CreateDataProcessor',
      config: { port: 8081, timeout: '30s' },
      args: [],
      environment: {},
      folder: '/work',
      packaged: { folder: '/work' },
    });
    assert.equal(example.slice(first.idStart, first.idEnd), '"data-processor-1"');
    assert.equal(example.slice(second.start, second.start + 6), '- id: ');
  });

  it('refuses a worker with an error and reads the others', () => {
    const broken = example.replace('type: "process"', 'type: "proces"');
    const { workers, problems } = readWorkersFile(broken, world);
    assert.equal(workers[0]?.resolved, undefined);
    assert.ok(workers[1]?.resolved);
    assert.deepEqual(
      problems.map(({ code, start, end }) => [code, broken.slice(start, end)]),
      [['HSU104', '"proces"']],
    );
  });

  it('survives whatever it is given', () => {
    const inputs = [
      '',
      '\0\u0001\uFFFDPNG',
      '- a',
      'text',
      'workers: 3',
      'workers:\n  - id: "a',
      '{',
      ': :',
      '\uFEFFworkers:\n- id: a\n',
    ];
    for (const input of inputs) {
      const { problems } = readWorkersFile(input, world);
      assert.ok(problems.length > 0, JSON.stringify(input));
      for (const { start, end } of problems)
        assert.ok(start >= 0 && start <= end && end <= input.length, JSON.stringify(input));
    }
  });

  it('reads how long stopping everything may take', () => {
    const given = (text: string) =>
      readWorkersFile(`master: { force_shutdown_timeout: ${text} }\nworkers: []\n`, world).settings.shutdownTimeoutMs;
    assert.deepEqual(['45s', '-1s', '0', 'soon'].map(given), [45_000, undefined, undefined, undefined]);
  });

  it('reads what the file says of the thread of shared modules', () => {
    const settings = (text: string) => readWorkersFile(`${text}\nworkers: []\n`, world).settings.moduleHost;
    assert.equal(settings('master: {}'), undefined);
    assert.deepEqual(settings('master: { module_host: { slow_after: 50ms, blocked_after: 2s, max_memory: 256MiB } }'), {
      slowAfterMs: 50,
      blockedAfterMs: 2000,
      maxMemoryBytes: 256 * 1024 ** 2,
    });
    assert.deepEqual(settings('master: { module_host: { slow_after: soon, max_memory: much } }'), {});
  });
});
