import assert from 'node:assert/strict';
import { codeLenses, workerLenses } from '../../../server/features/code-lenses.ts';
import { finish } from '../../../server/features/work.ts';
import { diagnostics } from '../../../server/features/diagnostics.ts';
import { hover } from '../../../server/features/hover.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { openManifest, openWorkers } from '../../support/open-document.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

const world = memoryWorld({ '/work/run': { executable: true } });
const text = 'workers:\n  - id: api\n    type: process\n    replicas: 3\n    execution: {executable_path: ./run}\n';

function lenses(...snapshots: readonly ReturnType<typeof snapshot>[]): string[] {
  const document = { ...openWorkers(text, world), snapshots: new Map(snapshots.map((one) => [one.id, one])) };
  return finish(codeLenses(document)).map(
    ({ command }) => `${command?.title ?? ''} (${String(command?.arguments?.[1])})`,
  );
}

describe('the lenses of a worker with replicas', () => {
  const up = (id: string) => snapshot({ id });

  it('tell how they are together, and act on all', () => {
    assert.deepEqual(lenses(up('api-1'), up('api-2'), up('api-3')), [
      '✓ 3/3 running (api-1)',
      'Stop (api)',
      'Restart (api)',
      'Switch to module (api)',
    ]);
  });

  it('lead to the one that is worst off', () => {
    assert.deepEqual(lenses(up('api-1'), failedSnapshot('It ended.', { id: 'api-2' }), up('api-3')), [
      '✕ 2/3 running, 1 failed (api-2)',
      'Start (api)',
      'Stop (api)',
      'Restart (api)',
      'Switch to module (api)',
    ]);
    assert.equal(
      lenses(up('api-1'), snapshot({ id: 'api-2', health: 'unhealthy' }))[0],
      '▲ 2/2 running, 1 unhealthy (api-2)',
    );
  });

  it('tell nothing of those that nobody runs, or of another worker', () => {
    assert.deepEqual(lenses(up('api-9'), up('other')), ['Start (api)', 'Switch to module (api)']);
  });

  it('say the same as the hover at the id, and failures stand there too', () => {
    const failed = failedSnapshot('api-2 ended with code 1.', { id: 'api-2' });
    const snapshots = new Map([up('api-1'), failed].map((one) => [one.id, one]));
    const document = { ...openWorkers(text, world), snapshots };
    const found = hover(document, text.indexOf('api'));
    const told = found && typeof found.contents === 'object' && 'value' in found.contents ? found.contents.value : '';
    assert.match(told, /\*\*api, 1\/2 running, 1 failed\*\*\n\n- api-1, running, .*\n- api-2, failed, /);
    assert.deepEqual(
      diagnostics(document).map(({ message, range }) => [message, document.places.getText(range)]),
      [['api-2 ended with code 1.', 'api']],
    );
  });
});

describe('the lens that switches a worker', () => {
  const base = openWorkers('workers:\n  - {id: a, type: process}\n  - {id: b, type: module}\n  - {id: c}\n', world);
  const switches = (overlay?: string) =>
    finish(codeLenses(base, { overlay: overlay === undefined ? undefined : openWorkers(overlay, world) }))
      .map(({ command }) => `${String(command?.arguments?.[1])}: ${command?.title ?? ''}`)
      .filter((title) => title.includes('Switch'));

  it('names the way that the file does not say', () => {
    assert.deepEqual(switches(), ['a: Switch to module', 'b: Switch to process']);
  });

  it('goes by the overlay where that says one', () => {
    const overlay = 'workers:\n  - {id: c, type: process}\n  - {id: a, type: module}\n  - {id: b, enabled: false}\n';
    assert.deepEqual(switches(overlay), ['a: Switch to process', 'b: Switch to process', 'c: Switch to module']);
  });

  it('goes by the file where the overlay cannot be read', () => {
    assert.deepEqual(switches('workers: ['), ['a: Switch to module', 'b: Switch to process']);
  });
});

describe('the lenses in few words', () => {
  const many = Array.from({ length: 1_000 }, (_, at) => `  - {id: w${at}, type: process}\n`).join('');
  const file = openWorkers(`workers:\n${many}  - {id: api, type: process, replicas: 2}\n`, world);
  const states = [...Array(1_000).keys()].map((at) =>
    snapshot({ id: `w${at}`, state: at < 5 ? 'running' : 'stopped' }),
  );
  const replicas = [snapshot({ id: 'api-1' }), failedSnapshot('It ended.', { id: 'api-2' })];
  const document = { ...file, snapshots: new Map([...states, ...replicas].map((one) => [one.id, one])) };

  it('are those that any editor is told', () => {
    const { rows, workers } = finish(workerLenses(document));
    const spelled = workers.flatMap(([line, id, row]) =>
      (rows[row] ?? []).map((lens) => ({
        range: { start: { line, character: 0 }, end: { line, character: 0 } },
        command: { title: lens.title, command: lens.command, arguments: [document.uri, lens.id ?? id] },
      })),
    );
    assert.deepEqual(spelled, finish(codeLenses(document)));
    assert.ok(spelled.some(({ command }) => command.arguments[1] === 'api-2'));
  });

  it('say once what stands above many', () => {
    const told = finish(workerLenses(document));
    assert.equal(told.rows.length, 3);
    assert.ok(JSON.stringify(told).length * 10 < JSON.stringify(finish(codeLenses(document))).length);
  });

  it('are none in a document that is no workers file', () => {
    const nothing = { rows: [], workers: [] };
    assert.deepEqual(finish(workerLenses(openManifest('name: tools\nversion: 1.0.0\n'))), nothing);
    assert.deepEqual(finish(workerLenses({ ...document, uri: 'untitled:workers.yaml' })), nothing);
  });
});

describe('the lens of a package', () => {
  it('counts the workers that run it, and leads to each', () => {
    const manifest = openManifest(
      'version: 1.0.0\nname: tools\nsupported_types: [process]\nprocess: {executable_path: run}\n',
    );
    const users = openWorkers(
      'workers:\n  - {id: a, type: process, package: "tools:1.0.0"}\n  - {id: b, type: process, package: other}\n  - {id: c, type: process, package: tools}\n',
    );
    const [lens] = finish(codeLenses(manifest, { others: [manifest, users] }));
    assert.equal(lens?.command?.title, 'used by 2 workers');
    assert.equal(lens.command.command, 'hsu.package.showUsers');
    const at = (line: number, start: number) => ({
      uri: users.uri,
      range: { start: { line, character: start }, end: { line, character: start + 5 } },
    });
    assert.deepEqual(lens.command.arguments, [manifest.uri, { line: 1, character: 6 }, [at(1, 37), at(3, 36)]]);
  });

  it('says so where none does, and leads nowhere', () => {
    const manifest = openManifest('name: tools\nversion: 1.0.0\nsupported_types: [process]\n');
    assert.deepEqual(
      finish(codeLenses(manifest, { others: [manifest] })).map(({ command }) => command),
      [{ title: 'used by no worker', command: '' }],
    );
  });
});
