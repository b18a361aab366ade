import assert from 'node:assert/strict';
import { withProcess, type DebuggerConfiguration } from '../../../master/config/debugger-configuration.ts';
import { readPackageManifest } from '../../../master/config/read-package-manifest.ts';

describe("a package's debugger", () => {
  const cases: readonly (readonly [DebuggerConfiguration, object])[] = [
    [{ type: 'debugpy' }, { request: 'attach', type: 'debugpy', processId: 7 }],
    [
      { type: 'lldb', stopOnEntry: false },
      { request: 'attach', type: 'lldb', stopOnEntry: false, pid: 7 },
    ],
    [{ type: 'go' }, { request: 'attach', mode: 'local', type: 'go', processId: 7 }],
    [
      { type: 'gdb', target: '{pid}' },
      { request: 'attach', type: 'gdb', target: 7 },
    ],
    [
      { type: 'own', request: 'launch', args: ['--pid={pid}'], deep: { at: '{pid}' } },
      { request: 'launch', type: 'own', args: ['--pid=7'], deep: { at: 7 } },
    ],
  ];
  for (const [written, filled] of cases) {
    it(`${JSON.stringify(written)} attaches with ${JSON.stringify(filled)}`, () => {
      assert.deepEqual(withProcess(written, 7), filled);
    });
  }

  it('is read from "debug" of its manifest, and needs a type', () => {
    const manifest = (debug: string) =>
      readPackageManifest(`name: a\nversion: 1.0.0\nprocess: { executable_path: ./a }\n${debug}`);
    assert.deepEqual(manifest('debug: { type: go, showLog: true }').manifest?.debugger, { type: 'go', showLog: true });
    assert.deepEqual(manifest('debug: { type: go, showLog: true }').problems, []);
    assert.match(manifest('debug: { showLog: true }').problems[0]?.message ?? '', /"type"/);
  });
});
