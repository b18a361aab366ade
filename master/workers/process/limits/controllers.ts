import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder below which cgroups of one controller are made, in the hierarchy that has it. */
export interface Controller {
  readonly version: 'cgroup v1' | 'cgroup v2';
  readonly folder: string;
}

export type ControllerName = 'memory' | 'cpu' | 'io';

/** Version 1 has another name for one of them. */
const namesInV1 = { memory: 'memory', cpu: 'cpu', io: 'blkio' } as const;

interface Mount {
  readonly type: string;
  /** The part of the hierarchy that is mounted. */
  readonly root: string;
  readonly point: string;
  readonly options: readonly string[];
}

/**
 * Finds where this process may make cgroups of a controller: in version 1 below its own, in version 2 beside its own,
 * for there a cgroup with processes has no children with controllers. A text says why there is no such place.
 */
export function findController(name: ControllerName, root = '/'): Controller | string {
  const own = read(root, 'proc/self/cgroup');
  const mounts = parseMounts(read(root, 'proc/self/mountinfo'));
  if (mounts.length === 0) return 'this system has no cgroups';
  const unified = mounts.find(({ type }) => type === 'cgroup2');
  const unifiedPath = /^0::(.*)$/m.exec(own)?.[1];
  if (unified && unifiedPath !== undefined) {
    const folder = folderOf(root, unified, unifiedPath);
    const parent = unifiedPath === '/' || unifiedPath === unified.root ? folder : path.dirname(folder);
    if (read(parent, 'cgroup.controllers').split(/\s+/).includes(name)) return { version: 'cgroup v2', folder: parent };
  }
  const olderName = namesInV1[name];
  for (const line of own.split('\n')) {
    const [, controllers = '', ...rest] = line.split(':');
    if (!controllers.split(',').includes(olderName)) continue;
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(olderName));
    if (mount) return { version: 'cgroup v1', folder: folderOf(root, mount, rest.join(':')) };
  }
  return `no cgroup that this process is in has the controller "${name}"`;
}

function folderOf(root: string, mount: Mount, own: string): string {
  const below = own.startsWith(mount.root) && mount.root !== '/' ? own.slice(mount.root.length) : own;
  return path.join(root, mount.point, below);
}

/** `/proc/self/mountinfo`: two halves, apart by a dash; the second begins with the type. */
function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right] = line.split(' - ');
    if (right === undefined) return [];
    const [, , , root = '/', point = ''] = left.split(' ');
    const [type = '', , options = ''] = right.split(' ');
    return type === 'cgroup' || type === 'cgroup2' ? [{ type, root, point, options: options.split(',') }] : [];
  });
}

function read(folder: string, name: string): string {
  try {
    return readFileSync(path.join(folder, name), 'utf8');
  } catch {
    return '';
  }
}
