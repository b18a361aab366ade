/** What was written, as text. */
export function decodeOutput(chunk: unknown, encoding: unknown): string {
  if (chunk instanceof Uint8Array)
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8');
  if (typeof chunk !== 'string') return String(chunk);
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) && encoding !== 'utf8' && encoding !== 'utf-8'
    ? Buffer.from(chunk, encoding).toString('utf8')
    : chunk;
}
