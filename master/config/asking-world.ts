import type { World } from './world.ts';

/**
 * A world that remembers what was asked of it, so that a reading is repeated when one of the answers changes.
 * Questions are "file:/abs/path", "exports:/abs/path", "program:node", "environment:NAME" and "packages".
 */
export function askingWorld(world: World): { readonly world: World; readonly asked: Set<string> } {
  const asked = new Set<string>();
  const ask = <T>(question: string, answer: T): T => {
    asked.add(question);
    return answer;
  };
  return {
    asked,
    world: {
      folder: world.folder,
      resolve: (...parts) => world.resolve(...parts),
      parent: (path) => world.parent(path),
      file: (path) => ask(`file:${path}`, world.file(path)),
      packages: () => ask('packages', world.packages()),
      environment: (name) => ask(`environment:${name}`, world.environment(name)),
      exports: (path) => ask(`exports:${path}`, world.exports(path)),
      program: (name) => ask(`program:${name}`, world.program(name)),
    },
  };
}
