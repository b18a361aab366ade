import { askThread, type ThreadQuestion } from './ask-thread.ts';
import { withoutLoadNumbers } from './host/load-number.ts';
import { lookExpression, type Look } from './host-protocol.ts';

/** One frame of what a thread was doing, innermost first, of files only. Lines count from 1. */
export interface SampledFrame {
  readonly name: string;
  readonly url: string;
  readonly line: number;
}

export interface ThreadSample extends Omit<Look, 'stack'> {
  readonly frames: readonly SampledFrame[];
}

/** Looks at what a module host is doing, also while its loop is blocked. As `askThread`, which does it. */
export async function sampleThread(threadId: number, limitMs: number): Promise<ThreadSample | undefined> {
  const answer = (await askThread(threadId, question, limitMs)) as Answer | undefined;
  const look = answer?.result?.value;
  return look && { run: look.run, heard: look.heard, frames: framesOf(look.stack) };
}

const question: ThreadQuestion = {
  method: 'Runtime.evaluate',
  params: { expression: lookExpression, returnByValue: true, silent: true },
};

/** What is read of the answer; without a value where the thread holds no modules. */
interface Answer {
  readonly result?: { readonly value?: Look };
}

/** "    at Timeout.spin [as _onTimeout] (file:///app/spin.mjs:9:3)", or without a name and the parentheses. */
function framesOf(stack: string): readonly SampledFrame[] {
  return withoutLoadNumbers(stack)
    .split('\n')
    .flatMap((text) => {
      const [, called = '', url = '', line = ''] = /^ +at (?:async )?(?:(.*) \()?(.+):(\d+):\d+\)?$/.exec(text) ?? [];
      if (!/^(?:file:|\/|[A-Za-z]:[\\/])/.test(url)) return [];
      const name = called.replace(/ \[as .*\]$/, '').replace(/^.*\./, '');
      return [{ name: name.startsWith('<') ? '' : name, url, line: Number(line) }];
    });
}
