import { createInterface } from 'node:readline';
import { McpServer } from '../agent/mcp-server.ts';
import { SocketHost } from '../agent/socket-host.ts';
import type { Command } from './command.ts';

export const mcpCommand: Command = {
  name: 'mcp',
  usage: '',
  summary: 'Serves the workers to AI agents by the Model Context Protocol, on stdin and stdout, until stdin ends.',
  options: {},
  words: 0,
  async run({ terminal, file }) {
    const host = new SocketHost(file(), 'hsu mcp', true);
    const server = new McpServer(host, (line) => terminal.stdout.write(line));
    // Lines are taken as they come: a call that waits holds up no other.
    const open = new Set<Promise<void>>();
    for await (const line of createInterface({ input: process.stdin })) {
      const answered: Promise<void> = server.receive(line).finally(() => open.delete(answered));
      open.add(answered);
    }
    server.close();
    await Promise.all(open);
    await host.dispose();
    return 0;
  },
};
