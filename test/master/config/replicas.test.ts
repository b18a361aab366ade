import assert from 'node:assert/strict';
import { applyEdits } from '../../../master/config/apply-edits.ts';
import { readWorkersFile } from '../../../master/config/read-workers-file.ts';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { changedKeys } from '../../../master/workers/changed-keys.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const world = memoryWorld({ '/work/run': { executable: true } });
const text = (replicas: number, more = '') => `workers:
  - id: api
    type: process
    replicas: ${replicas}
    port: 8080
    execution: { executable_path: ./run, args: ["--port", "8080"] }
    health_check: { endpoint: "http://127.0.0.1:8080/health" }
  - id: web
    type: process
    depends_on: [api]
    execution: { executable_path: ./run }
${more}`;

describe('replicas', () => {
  it('are workers of their own, each on its own port', () => {
    const { workers, problems } = readWorkersFile(text(2), world);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      workers.map(({ id }) => id),
      ['api-1', 'api-2', 'web'],
    );
    const second = workers[1]?.resolved;
    assert.equal(second?.config.port, 8081);
    assert.equal(second.healthCheck?.endpoint, 'http://127.0.0.1:8081/health');
    assert.ok(second.deployment.kind === 'process');
    assert.deepEqual(second.deployment.args, ['--port', '8081']);
    assert.deepEqual(second.deployment.environment, { HSU_PORT: '8081', PORT: '8081', HSU_REPLICA: '2' });
  });

  it('are all waited for by who depends on their worker', () => {
    const { workers } = readWorkersFile(text(3), world);
    assert.deepEqual(workers.at(-1)?.resolved?.config.dependsOn, ['api-1', 'api-2', 'api-3']);
    assert.deepEqual(readWorkersFile(text(2).replace('[api]', '[api-2]'), world).problems, []);
    const [gone] = readWorkersFile(text(2).replace('[api]', '[api-3]'), world).problems;
    assert.equal(gone?.code, 'HSU203');
  });

  it('stay as they are when there are to be more or fewer', () => {
    const first = (count: number) => readWorkersFile(text(count), world).workers[0]?.resolved;
    const [one, other] = [first(2), first(5)];
    assert.ok(one && other);
    assert.deepEqual(changedKeys(one, other), []);
  });

  it('have findings at the worker that is written', () => {
    const more = '  - id: api-2\n    type: process\n    port: 8081\n    execution: { executable_path: ./run }\n';
    const { problems, workers } = readWorkersFile(text(2, more), world);
    assert.deepEqual(
      problems.map(({ code, message }) => `${code} ${message}`),
      [
        'HSU201 There is another worker "api-2", a replica of "api": ids are unique in a file.',
        'HSU506 Port 8081 is taken by "api": only one of them can listen on it.',
      ],
    );
    assert.deepEqual(
      workers.map(({ id, resolved }) => `${id} ${resolved ? 'runs' : 'is refused'}`),
      ['api-1 runs', 'api-2 runs', 'web runs', 'api-2 is refused'],
    );
    assert.ok(applyEdits(text(2, more), problems[0]?.fixes[0]?.edits ?? []).includes('id: api-3'));
  });

  it('are edited where their worker is written', () => {
    const document = WorkersDocument.open(text(2), world);
    assert.deepEqual([document.indexOf('api'), document.indexOf('api-2'), document.indexOf('api-9')], [0, 0, -1]);
  });
});
