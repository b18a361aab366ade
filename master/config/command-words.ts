/** What `command: node server.js` means where nothing but a program and its arguments can be meant; they are never none. */
export function commandWords(
  command: unknown,
): { readonly program: string; readonly args: readonly [string, ...string[]] } | undefined {
  if (typeof command !== 'string' || /["'\\]|^\s*\/.* .*\/|[|&;<>`]|\$\(/.test(command)) return undefined;
  const [program = '', first, ...others] = command.trim().split(/\s+/);
  return first === undefined ? undefined : { program, args: [first, ...others] };
}
