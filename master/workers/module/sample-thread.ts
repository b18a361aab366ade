import { Session } from 'node:inspector';
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

/**
 * Looks at what a module host is doing, also while its loop is blocked: V8 takes a question of the process's own
 * inspector, with no port open, in the middle of any JavaScript, and answers it on top of the stack there is. Nothing is
 * paused: a pause builds the scopes of every frame, and Node 20 can die of that. Undefined when the thread runs no
 * JavaScript (a native call) or does not answer within `limitMs`.
 */
export async function sampleThread(threadId: number, limitMs: number): Promise<ThreadSample | undefined> {
  const session = new Session();
  session.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, limitMs);
  });
  try {
    const look = await Promise.race([ask(session, threadId), late]);
    return look && { run: look.run, heard: look.heard, frames: framesOf(look.stack) };
  } finally {
    clearTimeout(timer);
    session.disconnect();
  }
}

function ask(session: Session, threadId: number): Promise<Look | undefined> {
  return new Promise((resolve, reject) => {
    session.on('NodeWorker.attachedToWorker', ({ params: { workerInfo, sessionId } }) => {
      // The session counts workers in its own way; only the title holds the thread's id: "[worker 4] name".
      if (/^\[?worker (\d+)\]?/i.exec(workerInfo.title)?.[1] !== String(threadId)) return;
      session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
        if (params.sessionId !== sessionId) return;
        const answer = JSON.parse(params.message) as Answer;
        if (answer.id === question.id) resolve(answer.result?.result?.value);
      });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify(question) });
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) => {
      if (error) reject(error);
    });
  });
}

const question = {
  id: 1,
  method: 'Runtime.evaluate',
  params: { expression: lookExpression, returnByValue: true, silent: true },
};

/** What is read of the answer; without a value where the thread holds no modules. */
interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: Look } };
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
