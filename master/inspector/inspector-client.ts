import WebSocket, { type RawData } from 'ws';

type Parameters = Readonly<Record<string, unknown>>;

interface Pending {
  readonly resolve: (result: Parameters) => void;
  readonly reject: (error: Error) => void;
}

/** A conversation with a Node inspector on this machine, in the Chrome DevTools Protocol. */
export class InspectorClient {
  /** Resolves when the conversation has ended, whoever ended it. */
  readonly over: Promise<void>;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, (parameters: Parameters) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.over = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('message', (data) => this.#receive(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('The inspector has gone.'));
      this.#pending.clear();
    });
  }

  static connect(address: string): Promise<InspectorClient> {
    // A heap snapshot comes in pieces, a profile as one message that may be long.
    const socket = new WebSocket(address, { maxPayload: 1024 * 1024 * 1024, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(new InspectorClient(socket)));
      socket.once('error', (error) =>
        reject(new Error(`The inspector ${address} cannot be reached: ${error.message}.`)),
      );
    });
  }

  send(method: string, params: Parameters = {}): Promise<Parameters> {
    this.#last += 1;
    const id = this.#last;
    const answer = new Promise<Parameters>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('The inspector has gone.'));
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  /** One listener an event. */
  on(event: string, listener: (parameters: Parameters) => void): void {
    this.#listeners.set(event, listener);
  }

  close(): Promise<void> {
    this.#socket.close();
    return this.over;
  }

  #receive(data: RawData): void {
    // The inspector sends text, which arrives as one buffer.
    const message: unknown = JSON.parse((data as Buffer).toString('utf8'));
    if (!isParameters(message)) return;
    const { id, method, params, result, error } = message;
    if (typeof method === 'string') this.#listeners.get(method)?.(isParameters(params) ? params : {});
    if (typeof id !== 'number') return;
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (isParameters(error)) pending?.reject(new Error(String(error['message'])));
    else pending?.resolve(isParameters(result) ? result : {});
  }
}

function isParameters(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null;
}
