import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type Message, StreamMessageReader } from 'vscode-languageserver/node';
import { decodeApart } from '../../server/decode-apart.ts';

describe('the reading of messages', () => {
  const large = { jsonrpc: '2.0', method: 'large', params: [`"wörker"\n`.repeat(100_000)] };
  const small = { jsonrpc: '2.0', method: 'small', params: [] };

  function send(messages: readonly object[]): Promise<Message[]> {
    const stream = new PassThrough();
    const reader = new StreamMessageReader(stream, { contentTypeDecoder: decodeApart });
    const received: Message[] = [];
    return new Promise((resolve, reject) => {
      reader.onError(reject);
      reader.listen((message) => {
        if (received.push(message) === messages.length) resolve(received);
      });
      for (const message of messages) {
        const body = Buffer.from(JSON.stringify(message));
        stream.write(`Content-Length: ${body.length}\r\n\r\n`);
        stream.write(body);
      }
    });
  }

  it('gives them as they were sent, what comes behind a large one behind it', async () => {
    assert.deepEqual(await send([small, large, small]), [small, large, small]);
  });

  for (const [message, waits] of [
    [large, true],
    [small, false],
  ] as const) {
    it(`${waits ? 'lets' : 'need not let'} others have their turn before a ${message.method} one is dealt with`, async () => {
      let turned = false;
      setImmediate(() => (turned = true));
      await decodeApart.decode(Buffer.from(JSON.stringify(message)), { charset: 'utf-8' });
      assert.equal(turned, waits);
    });
  }
});
