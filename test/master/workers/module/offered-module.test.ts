import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { deploymentOf, startModule, testKey } from '../../../support/module-run.ts';

describe('what Node makes when it is asked for it', () => {
  let runtime: ModuleRuntime;
  let folder: string;
  before(async () => {
    runtime = new ModuleRuntime({ masterKey: testKey });
    folder = await mkdtemp(path.join(tmpdir(), 'hsu-offered-'));
  });
  after(async () => {
    await runtime.dispose();
    await rm(folder, { recursive: true });
  });

  /** What a module in a thread of its own prints. */
  const printed = async (imports: string, expression: string, files: Readonly<Record<string, string>> = {}) => {
    const module = `${imports}\nexport const create = () => ({ async start() { console.log(${expression}); } });\n`;
    for (const [file, text] of Object.entries({ ...files, 'module.mjs': module })) {
      await writeFile(path.join(folder, file), text);
    }
    const deployment = { ...deploymentOf('', { isolation: 'thread' }), path: path.join(folder, 'module.mjs'), folder };
    const { run, context } = await startModule(runtime, 'asks', deployment);
    await run.stop(1000);
    return context.printed.trim();
  };

  const ways: Readonly<Record<string, readonly [string, string, Readonly<Record<string, string>>?]>> = {
    'by its name': ["import { maxHeaderSize } from 'node:http';", 'maxHeaderSize'],
    'by another name': ["import { maxHeaderSize as size } from 'node:http';", 'size'],
    'by a name written with escapes': ["import { max\\u0048eaderSize as size } from 'node:http';", 'size'],
    'with all others': ["import * as http from 'node:http';", "http['max' + 'HeaderSize']"],
    'with all others beside the default': ["import it, * as http from 'node:http';", "http['max' + 'HeaderSize']"],
    'by import()': ['', "(await import('node:http'))['max' + 'HeaderSize']"],
    'after another module has imported the rest': [
      "import './other.mjs';\nimport * as http from 'node:http';",
      "http['max' + 'HeaderSize']",
      { 'other.mjs': "import http from 'node:http';\nhttp.METHODS;\n" },
    ],
    'by import() where it was imported without': [
      "import http from 'node:http';\nhttp.METHODS;",
      "(await import('node:http'))['max' + 'HeaderSize']",
    ],
    'through a module that hands all on': [
      "import * as http from './other.mjs';",
      "http['max' + 'HeaderSize']",
      { 'other.mjs': "export * from 'node:http';\n" },
    ],
    'of the module itself': ["import http from 'node:http';", "http['max' + 'HeaderSize']"],
  };
  for (const [way, [imports, expression, files]] of Object.entries(ways)) {
    it(`is there for whoever imports it ${way}`, async () => {
      assert.equal(await printed(imports, expression, files), '16384');
    });
  }

  it('is not made for those who do not ask', async () => {
    const made = "process.moduleLoadList.some((name) => name.includes('undici'))";
    assert.equal(await printed("import http from 'node:http';", `typeof http.createServer, ${made}`), 'function false');
  });
});
