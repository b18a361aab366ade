import type { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { CancellationToken, Connection } from 'vscode-languageserver';

// The language server's library brings a vscode-jsonrpc of its own, whose types do not mix with the contract's:
// method names tie them together here, the contract's types tie the handlers.

export function onOwnRequest<P, R>(
  connection: Connection,
  { method }: RequestType<P, R, void>,
  handler: (params: P, cancelled: CancellationToken) => R | Promise<R>,
): void {
  connection.onRequest(method, (params: P, cancelled: CancellationToken): unknown => handler(params, cancelled));
}

export function onOwnNotification<P>(
  connection: Connection,
  { method }: NotificationType<P>,
  handler: (params: P) => void,
): void {
  connection.onNotification(method, handler);
}
