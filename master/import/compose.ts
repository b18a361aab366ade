import { parse } from 'yaml';
import type { ImportedService, ImportResult } from './imported-service.ts';
import { isMapping, listOf, member, numberOf, textOf } from './values.ts';

/** A file of Docker Compose. Its services stay containers, brought up and down by `docker compose`. */
export function readCompose(text: string, fileName: string): ImportResult {
  let content: unknown;
  try {
    content = parse(text, { merge: true });
  } catch (error) {
    return {
      refused: `it is no YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    };
  }
  const services = member(content, 'services');
  if (!isMapping(services)) return { refused: 'it has no "services"' };
  return { services: Object.entries(services).map(([name, service]) => serviceOf(name, service, fileName)) };
}

function serviceOf(name: string, service: unknown, fileName: string): ImportedService {
  const dependsOn = member(service, 'depends_on');
  const needed = isMapping(dependsOn) ? Object.keys(dependsOn) : listOf(dependsOn).flatMap((one) => textOf(one) ?? []);
  const port = listOf(member(service, 'ports'))
    .map(publishedPort)
    .find((one) => one !== undefined);
  const profiles = listOf(member(service, 'profiles')).flatMap((one) => textOf(one) ?? []);
  return {
    name,
    program: {
      executable: 'docker',
      // Without its dependencies, which are workers of their own; in the foreground, so that its life is the worker's.
      args: ['compose', '-f', fileName, 'up', '--no-deps', '--no-log-prefix', name],
    },
    ...(needed.length > 0 && { dependsOn: needed }),
    ...(port === undefined ? {} : { port, healthCheck: { type: 'tcp', tcp: { address: '127.0.0.1', port } } }),
    ...(profiles.length > 0 ? { enabled: false } : {}),
    notes: [
      'stays a container, which docker compose brings up',
      ...(member(service, 'healthcheck') !== undefined
        ? ['has a health check inside its container, which is not asked from here']
        : []),
      ...(profiles.length > 0 ? [`is not enabled: it belongs to the profile ${profiles.join(', ')}`] : []),
    ],
  };
}

/** "8080:80", "127.0.0.1:8080:80/tcp", or the long form; undefined for a port that Docker chooses. */
function publishedPort(port: unknown): number | undefined {
  if (isMapping(port)) return numberOf(port['published']);
  const [, published] = /(?:^|:)(\d+):\d+(?:\/\w+)?$/.exec(textOf(port) ?? '') ?? [];
  return numberOf(published);
}
