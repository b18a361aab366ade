/** Bytes as sentences tell them, in the unit in which limits are written: "80 MB". */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
