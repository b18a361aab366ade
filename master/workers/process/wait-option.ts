/** The option that loads a file before a Node program, as it stands in NODE_OPTIONS. */
export function waitOption(preload: string): string {
  // Quoted, with escapes: Node reads both in this variable.
  return `--require ${JSON.stringify(preload)}`;
}
