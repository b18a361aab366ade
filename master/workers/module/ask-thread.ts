import { Session } from 'node:inspector';

/** A command of V8's inspector. */
export interface ThreadQuestion {
  readonly method: string;
  readonly params?: object;
}

/**
 * Asks V8 about a thread, also while its loop is blocked: it takes a question of the process's own inspector, with no
 * port open, in the middle of any JavaScript, and answers it on top of the stack there is. Nothing is paused: a pause
 * builds the scopes of every frame, and Node 20 can die of that. Undefined when the thread runs no JavaScript (a native
 * call) or does not answer within `limitMs`. Only while no thread begins or ends: see `ThreadTraffic`.
 */
export async function askThread(threadId: number, question: ThreadQuestion, limitMs: number): Promise<unknown> {
  const session = new Session();
  session.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, limitMs);
  });
  try {
    return await Promise.race([ask(session, threadId, question), late]);
  } finally {
    clearTimeout(timer);
    session.disconnect();
  }
}

function ask(session: Session, threadId: number, question: ThreadQuestion): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.on('NodeWorker.attachedToWorker', ({ params: { workerInfo, sessionId } }) => {
      // The session counts workers in its own way; only the title holds the thread's id: "[worker 4] name".
      if (/^\[?worker (\d+)\]?/i.exec(workerInfo.title)?.[1] !== String(threadId)) return;
      session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
        if (params.sessionId !== sessionId) return;
        const answer = JSON.parse(params.message) as { readonly id?: number; readonly result?: unknown };
        if (answer.id === 1) resolve(answer.result);
      });
      const message = JSON.stringify({ id: 1, ...question });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) => {
      if (error) reject(error);
    });
  });
}
