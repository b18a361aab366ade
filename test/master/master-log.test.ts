import assert from 'node:assert/strict';
import type { MasterLogLevel } from '../../master/config/deployment.ts';
import { MasterLog } from '../../master/master-log.ts';

describe('master.log_level', () => {
  const levels: readonly MasterLogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];
  const saidAt = (level: MasterLogLevel | undefined) => {
    const said: string[] = [];
    const log = new MasterLog((sentence) => said.push(sentence));
    log.level = level;
    for (const one of levels) log.say(one, one);
    return said;
  };

  for (const [at, level] of levels.entries()) {
    it(`${level} lets through what is as grave and graver`, () => assert.deepEqual(saidAt(level), levels.slice(at)));
  }

  it('is info where it is not written, and again when it is taken out', () => {
    assert.deepEqual(saidAt(undefined), ['info', 'warn', 'error']);
  });
});
