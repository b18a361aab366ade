import assert from 'node:assert/strict';
import { LogWriter } from '../../../client/logs/log-writer.ts';
import type { LogLine } from '../../../master/protocol.ts';
import { until } from '../../support/until.ts';

describe('the output channels', () => {
  it('show lines in order, and no control sequence of a worker', async () => {
    const shown: string[] = [];
    const put = (level: string) => (text: string) => void shown.push(`${level} ${text}`);
    const writer = new LogWriter({ info: put('info'), warn: put('warn'), error: put('error') });
    const line = (seq: number, text: string): LogLine => ({
      ...{ seq, time: new Date().toISOString(), run: 1, stream: 'stdout', text },
    });
    writer.write([line(1, '\x1b[31mred\x1b[0m \x1b]0;title\x07and \x9b2J'), line(2, 'a\rb')], '[w] ');
    writer.warn('2 lines are missing');
    await until(() => shown.length === 3, 'the lines');
    writer.dispose();
    assert.deepEqual(shown, ['info [w] red and <U+009B>2J', 'info [w] a␍b', 'warn 2 lines are missing']);
  });
});
