import assert from 'node:assert/strict';
import Mocha from 'mocha';
import * as vscode from 'vscode';

describe('activation', () => {
  it('makes the extension active in a folder with a workers file, and says how long its own part took', async () => {
    const extension = vscode.extensions.getExtension('hsu-workers.hsu-workers');
    assert.ok(extension, 'the editor does not know the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
    const took = (name: string) => {
      const [entry] = performance.getEntriesByName(name, 'measure');
      assert.ok(entry, name);
      return entry.duration.toFixed(1);
    };
    Mocha.reporters.Base.consoleLog(`      loaded in ${took('hsu.load')} ms, activated in ${took('hsu.activate')} ms`);
  });
});
