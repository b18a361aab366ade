import assert from 'node:assert/strict';
import { dropMasterEnvironment, masterEnvironment } from '../../master/master-memory.ts';

describe('memory of the master', () => {
  it('keeps from workers what is meant for the master, and nothing that somebody has set', () => {
    const [[name, value] = ['', '']] = Object.entries(masterEnvironment);
    const started = { ...masterEnvironment, PATH: '/usr/bin' };
    dropMasterEnvironment(started);
    assert.deepEqual(started, { PATH: '/usr/bin' });

    const own = { [name]: `${value}0` };
    dropMasterEnvironment(own);
    assert.deepEqual(own, { [name]: `${value}0` });
  });
});
