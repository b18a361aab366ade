/** Names of tools are one room for all extensions, so ours have a prefix. */
export const toolPrefix = 'hsu_';

/** The one tool that the editor alone can have. */
export const debugTool = 'debug_worker';

/** The name of a tool as the master knows it. */
export function ownName(tool: string): string {
  return tool.startsWith(toolPrefix) ? tool.slice(toolPrefix.length) : tool;
}
