import { MessageChannel, MessagePort } from 'node:worker_threads';

/**
 * The raw floor of threads: a bare port between the very threads of the call, so that all else is as it is for the call.
 * A module is given no port to another: this one comes over the port of their calls, which leaves alone what is none.
 */

let ofCalls;
const { on } = MessagePort.prototype;
MessagePort.prototype.on = function (type, listener) {
  if (type === 'message') ofCalls = this;
  return on.call(this, type, listener);
};

/** The caller's end; the other thread has made itself ready by `answerRaw`. */
export function openRawPort() {
  const { port1, port2 } = new MessageChannel();
  ofCalls.postMessage({ raw: port2 }, [port2]);
  return port1;
}

/** One message here, one back. */
export function answerRaw(handle) {
  const calls = ofCalls;
  const take = ({ raw }) => {
    if (!raw) return;
    calls.off('message', take);
    raw.on('message', ({ number, query }) => raw.postMessage({ number, answer: handle(query) }));
  };
  calls.on('message', take);
}
