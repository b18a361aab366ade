import type { Writable } from 'node:stream';
import type { OutputLine } from './output-file.ts';

/** The master's own stdout or stderr: lines are written as fast as their reader takes them. */
export class OutputStream {
  readonly #stream: Writable;
  readonly #seqs = new Map<string, number>();

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  written(key: string): Promise<number | undefined> {
    return Promise.resolve(this.#seqs.get(key));
  }

  skip(key: string, seq: number): Promise<void> {
    this.#seqs.set(key, seq);
    return Promise.resolve();
  }

  async append(lines: readonly OutputLine[]): Promise<void> {
    const text = lines.map((line) => line.text).join('');
    if (text !== '') {
      await new Promise<void>((resolve, reject) => {
        this.#stream.write(text, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
    for (const { key, seq } of lines) this.#seqs.set(key, seq);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
