import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('activation', () => {
  it('makes the extension active in a folder with a workers file', async () => {
    const extension = vscode.extensions.getExtension('hsu-workers.hsu-workers');
    assert.ok(extension, 'the editor does not know the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
