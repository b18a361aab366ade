import assert from 'node:assert/strict';
import { inheritedEnvironment } from '../../../../master/workers/process/environment.ts';
import { withInspectorPort } from '../../../../master/workers/process/inspector-port.ts';

describe('the port of an inspector that a signal opens', () => {
  const option = /^--inspect-port=(2\d{4}|3[0-2]\d{3})$/;

  it('is given as an argument to the Node that runs the master, else by NODE_OPTIONS, before what stands there', () => {
    const own = withInspectorPort({ file: process.execPath, args: ['a.js'], environment: { NODE_OPTIONS: '--x' } });
    assert.match(own.args[0] ?? '', option);
    assert.deepEqual([own.args.slice(1), own.environment], [['a.js'], { NODE_OPTIONS: '--x' }]);
    const other = withInspectorPort({ file: '/bin/sh', args: ['-c', 'npm start'], environment: { A: 'b' } });
    assert.match(other.environment['NODE_OPTIONS'] ?? '', option);
    assert.deepEqual([other.args, other.environment['A']], [['-c', 'npm start'], 'b']);
    const { environment } = withInspectorPort({ file: 'npm', args: [], environment: { NODE_OPTIONS: '--x' } });
    assert.match(environment['NODE_OPTIONS'] ?? '', new RegExp(option.source.replace('$', ' --x$')));
  });

  it('is that of the worker alone: a master that is one hands it to none of its own', () => {
    const nested = (environment: Record<string, string>) =>
      inheritedEnvironment(withInspectorPort({ file: 'npm', args: [], environment }).environment);
    assert.deepEqual(nested({ A: 'b' }), { A: 'b' });
    assert.deepEqual(nested({ NODE_OPTIONS: '--x  --y' }), { NODE_OPTIONS: '--x  --y' });
    // What somebody else says stays.
    const said = { NODE_OPTIONS: '--inspect-port=9300' };
    assert.deepEqual(nested(said), said);
    assert.deepEqual(inheritedEnvironment(said), said);
  });

  for (const words of ['--inspect', '--inspect=9300', '--inspect-brk', '--inspect-port 9300', '--debug-port=9300']) {
    it(`is left to a program that says ${words} itself`, () => {
      const byArgument = { file: process.execPath, args: [...words.split(' '), 'a.js'], environment: {} };
      assert.deepEqual(withInspectorPort(byArgument), byArgument);
      const byVariable = { file: 'npm', args: [], environment: { NODE_OPTIONS: `--x ${words}` } };
      assert.deepEqual(withInspectorPort(byVariable), byVariable);
    });
  }
});
