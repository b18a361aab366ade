/** The little of the Debug Adapter Protocol that a session without code of its own speaks. */
export interface DebugRequest {
  readonly type: 'request';
  readonly seq: number;
  readonly command: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export type DebugReply =
  | { readonly ok: true; readonly body?: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };

export function isDebugRequest(message: object): message is DebugRequest {
  return 'type' in message && message.type === 'request' && 'command' in message && 'seq' in message;
}

export function responseTo(request: DebugRequest, reply: DebugReply): object {
  return {
    type: 'response',
    seq: 0,
    request_seq: request.seq,
    command: request.command,
    success: reply.ok,
    ...(reply.ok ? { body: reply.body ?? {} } : { message: reply.message, body: { error: errorBody(reply.message) } }),
  };
}

export function eventMessage(event: string, body: Readonly<Record<string, unknown>> = {}): object {
  return { type: 'event', seq: 0, event, body };
}

/** The message is a format with `{name}` places: braces in it would be taken for them. */
function errorBody(message: string): Readonly<Record<string, unknown>> {
  return { id: 1, format: '{_message}', variables: { _message: message }, showUser: true };
}
