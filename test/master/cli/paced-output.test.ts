import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PacedOutput } from '../../../master/cli/paced-output.ts';

/** A standard output whose reader the test is. */
class Pipe extends EventEmitter {
  writableLength = 0;
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

const long = 60_000;

describe('a paced output', () => {
  let pipe: Pipe;
  let output: PacedOutput;
  beforeEach(() => {
    pipe = new Pipe();
    output = new PacedOutput(pipe);
  });

  it('is behind while its reader has much to read', () => {
    assert.equal(output.isBehind, false);
    pipe.writableLength = 2 * 1024 * 1024;
    assert.equal(output.isBehind, true);
  });

  it('tells that its reader has read what it had', async () => {
    let told = 0;
    output.onRead(() => (told += 1));
    const read = output.read(long);
    pipe.emit('drain');
    assert.equal(await read, true);
    pipe.emit('drain');
    assert.equal(told, 2);
  });

  it('tells that it did not in time', async () => {
    assert.equal(await output.read(1), false);
  });

  it('writes nothing and waits for nobody where nobody reads any more', async () => {
    output.onRead(() => assert.fail('nobody has read'));
    pipe.writableLength = 2 * 1024 * 1024;
    const read = output.read(long);
    pipe.emit('error', new Error('EPIPE'));
    assert.equal(await read, false);
    await output.gone;
    assert.equal(await output.read(long), false);
    output.write('text');
    assert.deepEqual([pipe.text, output.isBehind], ['', false]);
  });

  it('leaves no listeners behind, however often it waits', async () => {
    const before = pipe.eventNames().map((name) => pipe.listenerCount(name));
    for (let n = 0; n < 20; n += 1) {
      const read = output.read(long);
      pipe.emit('drain');
      await read;
    }
    assert.deepEqual(
      pipe.eventNames().map((name) => pipe.listenerCount(name)),
      before,
    );
  });
});
