import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LanguageClient } from '../support/language-client.ts';

const configurable = { configuration: true };
const pulling = {
  textDocument: { diagnostic: {} },
  workspace: { ...configurable, diagnostics: { refreshSupport: true } },
};
const unknown = 'There is no package "greeter": known are near.';
const offered = (place: string, version: string) =>
  `${unknown} The repository ${place} offers it in version ${version}: install it from there.`;

describe('an unknown package that a repository offers', () => {
  let folder: string;
  let client: LanguageClient;
  let uri: string;
  /** Answers the question of the server for its setting, whenever the test lets it. */
  let configure: (places: unknown) => void;
  let asked: number;

  const pack = (...place: readonly string[]) => {
    const at = path.join(folder, ...place);
    mkdirSync(at, { recursive: true });
    const [name, version] = place.slice(-2);
    const text = `name: ${name}\nversion: ${version}\nsupported_types: [module]\nmodule: { module_path: m.js }\n`;
    writeFileSync(path.join(at, 'package.yaml'), text);
  };
  const text = (reference: string) => `workers:\n  - id: a\n    type: module\n    package: ${reference}\n`;
  const refreshed = () =>
    new Promise<void>((resolve) => {
      client.connection.onRequest('workspace/diagnostic/refresh', () => {
        resolve();
        return null;
      });
    });
  const messages = async () => {
    const report = await client.pull(uri);
    assert.equal(report.kind, 'full');
    return report.items.filter(({ code }) => code === 'HSU301').map(({ message }) => message);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'hsu-offered-'));
    pack('packages', 'near', '1.0.0');
    pack('shelf', 'greeter', '1.0.0');
    pack('shelf', 'greeter', '1.10.0');
    uri = pathToFileURL(path.join(folder, 'workers.yaml')).href;
    client = new LanguageClient();
    asked = 0;
    client.connection.onRequest('workspace/configuration', () => {
      asked++;
      return new Promise((resolve) => (configure = (places) => resolve([places])));
    });
  });
  afterEach(() => {
    client.dispose();
    rmSync(folder, { recursive: true });
  });

  for (const reference of ['greeter', 'greeter:^1.0', '"greeter:1.0.0" # c', "'greeter'"]) {
    it(`is told with the repository once that has answered, and not waited for: ${reference}`, async () => {
      await client.initialize(pulling);
      await client.open(uri, text(reference));
      assert.deepEqual(await messages(), [unknown]);
      assert.equal(asked, 1);
      const news = refreshed();
      configure(['nowhere', 'shelf']);
      await news;
      assert.deepEqual(await messages(), [offered('shelf', '1.10.0')]);

      const others = refreshed();
      await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await others;
      assert.deepEqual(await messages(), [unknown]);
    });
  }

  it('is told anew to an editor that does not ask', async () => {
    await client.initialize({ workspace: configurable });
    const first = client.pushed(uri);
    await client.open(uri, text('greeter'));
    assert.deepEqual(
      (await first).map(({ message }) => message),
      [unknown],
    );
    const second = client.pushed(uri);
    configure(['shelf']);
    assert.deepEqual(
      (await second).map(({ message }) => message),
      [offered('shelf', '1.10.0')],
    );
  });

  it('is told anew of a file that no editor has open', async () => {
    writeFileSync(path.join(folder, 'workers.yaml'), text('greeter'));
    await client.initialize(pulling, pathToFileURL(folder).href);
    const found = async (known: readonly { uri: string; value: string }[]) => {
      const { items } = await client.pullWorkspace(known);
      return items.flatMap((one) =>
        one.kind === 'full' && one.uri === uri
          ? [{ value: one.resultId ?? '', told: one.items.map(({ message }) => message) }]
          : [],
      );
    };
    const [first] = await found([]);
    assert.deepEqual(first?.told, [unknown]);
    configure(['shelf']);
    const [second] = await found([{ uri, value: first?.value ?? '' }]);
    assert.deepEqual(second?.told, [offered('shelf', '1.10.0')]);
  });

  it('is forgotten of a file that is closed and belongs to no workspace', async () => {
    await client.initialize(pulling);
    await client.open(uri, text('greeter'));
    const close = () => client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    assert.deepEqual(await messages(), [unknown]);
    const news = refreshed();
    configure(['shelf']);
    await news;
    assert.deepEqual(await messages(), [offered('shelf', '1.10.0')]);
    await close();
    await client.open(uri, text('greeter'));
    assert.deepEqual(await messages(), [unknown]);
    assert.equal(asked, 2);
  });

  it('is kept of a file of the workspace, of which findings are told open or not', async () => {
    writeFileSync(path.join(folder, 'workers.yaml'), text('greeter'));
    await client.initialize(pulling, pathToFileURL(folder).href);
    await client.open(uri, text('greeter'));
    assert.deepEqual(await messages(), [unknown]);
    const news = refreshed();
    configure(['shelf']);
    await news;
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await client.open(uri, text('greeter'));
    assert.deepEqual(await messages(), [offered('shelf', '1.10.0')]);
    assert.equal(asked, 1);
  });

  it('is looked for nowhere where the editor names no repository, as it does where the workspace is not trusted', async () => {
    await client.initialize(pulling);
    await client.open(uri, text('greeter'));
    assert.deepEqual(await messages(), [unknown]);
    configure(null);
    assert.deepEqual(await messages(), [unknown]);
    await client.open(uri, text('near'));
    assert.deepEqual(await messages(), []);
    assert.equal(asked, 1);
  });

  it('asks for no setting where every package is there', async () => {
    await client.initialize(pulling);
    await client.open(uri, text('near'));
    assert.deepEqual(await messages(), []);
    assert.equal(asked, 0);
  });
});
