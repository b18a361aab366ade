import type { ImportResult } from './imported-service.ts';
import { readCommand } from './read-command.ts';

/** A line for each process: `web: bundle exec rails server -p $PORT`. */
export function readProcfile(text: string): ImportResult {
  const services = text.split(/\r?\n/).flatMap((line) => {
    const [, name, command] = /^\s*([A-Za-z0-9_-]+):\s*(\S.*?)\s*$/.exec(line) ?? [];
    return name === undefined || command === undefined ? [] : [{ name, command }];
  });
  if (services.length === 0) return { refused: 'it has no line like "web: node server.js"' };
  return {
    services: services.map(({ name, command }) =>
      name === 'release'
        ? { name, ...readCommand(command), once: true, enabled: false }
        : { name, ...readCommand(command) },
    ),
  };
}
