import { Session } from 'node:inspector';
import { setTimeout as wait } from 'node:timers/promises';

/** One frame of what a thread was doing, innermost first. Lines count from 1. */
export interface SampledFrame {
  readonly name: string;
  readonly url: string;
  readonly line: number;
}

export interface ThreadSample {
  readonly frames: readonly SampledFrame[];
  /** What `expression` was in the thread, in the context of the code that ran; undefined when it could not be told. */
  readonly value: unknown;
}

/**
 * Looks at what a blocked thread is doing: pauses it for a moment through the process's own inspector, with no port
 * open. Undefined when the thread runs no JavaScript (a native call) or does not answer within `limitMs`.
 */
export async function sampleThread(
  threadId: number,
  expression: string,
  limitMs: number,
): Promise<ThreadSample | undefined> {
  const session = new Session();
  session.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, limitMs);
  });
  try {
    return await Promise.race([sample(session, threadId, expression), late]);
  } finally {
    clearTimeout(timer);
    session.disconnect();
  }
}

async function sample(session: Session, threadId: number, expression: string): Promise<ThreadSample> {
  const sessionId = await attach(session, threadId);
  const waiting = new Map<string, (message: Message) => void>();
  const urls = new Map<string, string>();
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    if (params.sessionId !== sessionId) return;
    const message = JSON.parse(params.message) as Message;
    if (message.method === 'Debugger.scriptParsed' && message.params?.scriptId !== undefined) {
      urls.set(message.params.scriptId, message.params.url ?? '');
      return;
    }
    const key = message.method ?? String(message.id);
    waiting.get(key)?.(message);
    waiting.delete(key);
  });
  let calls = 0;
  const hear = (key: string) => new Promise<Message>((resolve) => waiting.set(key, resolve));
  const send = (method: string, params: object = {}): Promise<Message> => {
    const id = ++calls;
    const answer = hear(String(id));
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method, params }) });
    return answer;
  };
  const pausedAfter = async (method: string): Promise<ThreadSample> => {
    const paused = hear('Debugger.paused');
    void send(method);
    const callFrames = (await paused).params?.callFrames ?? [];
    const [innermost] = callFrames;
    const evaluated = innermost
      ? await send('Debugger.evaluateOnCallFrame', {
          callFrameId: innermost.callFrameId,
          expression,
          returnByValue: true,
          silent: true,
        })
      : undefined;
    return {
      value: evaluated?.result?.result?.value,
      frames: callFrames.map(({ functionName, location }) => ({
        name: functionName,
        url: urls.get(location.scriptId) ?? '',
        line: location.lineNumber + 1,
      })),
    };
  };
  void send('Debugger.enable');
  let seen = await pausedAfter('Debugger.pause');
  // Node's own loop over promises may be all that is on the stack: what it calls next says more.
  for (let steps = 0; steps < mostSteps && seen.value === undefined && seen.frames.every(isInternal); steps++) {
    const next = await Promise.race([pausedAfter('Debugger.stepInto'), wait(stepMs, undefined, { ref: false })]);
    if (!next) break;
    seen = next;
  }
  // A thread that still stands at the pause could not be ended.
  await send('Debugger.resume');
  await send('Debugger.disable');
  return seen;
}

const mostSteps = 10;

/** A step into what never comes is given up. Milliseconds. */
const stepMs = 500;

function isInternal({ url }: SampledFrame): boolean {
  return url === '' || url.startsWith('node:');
}

/** What is read of the protocol's messages. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly scriptId?: string;
    readonly url?: string;
    readonly callFrames?: readonly {
      readonly callFrameId: string;
      readonly functionName: string;
      readonly location: { readonly scriptId: string; readonly lineNumber: number };
    }[];
  };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

function attach(session: Session, threadId: number): Promise<string> {
  return new Promise((resolve, reject) => {
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      // The session counts workers in its own way; only the title holds the thread's id: "[worker 4] name".
      const told = /^\[?worker (\d+)\]?/i.exec(params.workerInfo.title)?.[1];
      if (told === String(threadId)) resolve(params.sessionId);
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) => {
      if (error) reject(error);
    });
  });
}
