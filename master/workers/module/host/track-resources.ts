import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import net from 'node:net';
import timers from 'node:timers';
import { describeListener } from './listener-address.ts';
import type { ModuleScope } from './module-scope.ts';
import { isMethod, wrapMethod } from './wrap-method.ts';

type Owner = () => ModuleScope | undefined;

/**
 * Lets every module own what it begins. Node's hook for this (async_hooks) halves the speed of a busy server, so the
 * few functions that begin something lasting are wrapped instead.
 */
export function trackResources(owner: Owner): void {
  for (const target of [globalThis, timers]) {
    trackTimer(target, 'setTimeout', 'clearTimeout', owner);
    trackTimer(target, 'setInterval', 'clearInterval', owner);
    trackTimer(target, 'setImmediate', 'clearImmediate', owner);
  }
  trackServers(owner);
  trackSockets(owner);
  trackChildren(owner);
  trackWatchers(owner);
  trackThreads(owner);
}

const timerOwners = new WeakMap<object, ModuleScope>();

function trackTimer(target: object, set: string, clear: string, owner: Owner): void {
  const repeats = set === 'setInterval';
  const clearOriginal: unknown = Reflect.get(target, clear);
  if (!isMethod(clearOriginal)) return;
  wrapMethod(target, set, (original) => {
    return function (callback, ...rest) {
      const scope = owner();
      if (!scope || !isMethod(callback)) return original.call(this, callback, ...rest);
      const timer = original.call(
        this,
        repeats
          ? callback
          : function (this: unknown, ...args: unknown[]) {
              if (isObject(timer)) scope.resources.delete(timer);
              return callback.apply(this, args);
            },
        ...rest,
      );
      if (isObject(timer)) {
        timerOwners.set(timer, scope);
        scope.resources.add(timer, {
          kind: 'timer',
          detail: '',
          holds: () => Reflect.get(timer, '_destroyed') !== true && holdsLoop(timer),
          close: () => void clearOriginal(timer),
        });
      }
      return timer;
    };
  });
  wrapMethod(target, clear, (original) => {
    return function (timer) {
      if (isObject(timer)) timerOwners.get(timer)?.resources.delete(timer);
      return original.call(this, timer);
    };
  });
}

function trackServers(owner: Owner): void {
  wrapMethod(net.Server.prototype, 'listen', (original) => {
    return function (...args) {
      const scope = owner();
      if (!scope || !(this instanceof net.Server)) return original.apply(this, args);
      ownServer(scope, this);
      const placed = scope.handover?.place(this, args, () => {
        scope.postEndpoints();
      });
      return original.apply(this, [...(placed ?? args)]);
    };
  });
}

function ownServer(scope: ModuleScope, server: net.Server): void {
  const sockets = new Set<net.Socket>();
  let name = '';
  const listening = () => {
    const endpoint = describeListener(server);
    if (!endpoint) return;
    name = endpoint.name;
    scope.servers.add(server);
    scope.setEndpoint(endpoint);
    scope.resources.add(server, {
      kind: 'server',
      detail: `on ${endpoint.address}`,
      holds: () => server.listening && holdsLoop(Reflect.get(server, '_handle')),
      close: () =>
        new Promise((resolve) => {
          server.close(() => {
            resolve();
          });
          for (const socket of sockets) socket.destroy();
        }),
    });
  };
  const connected = (socket: net.Socket) => {
    sockets.add(socket);
    ownSocket(scope, socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('listening', listening);
  server.on('connection', connected);
  server.once('close', () => {
    server.off('listening', listening);
    server.off('connection', connected);
    scope.servers.delete(server);
    scope.resources.delete(server);
    scope.removeEndpoint('discovered', name);
  });
}

function trackSockets(owner: Owner): void {
  wrapMethod(net.Socket.prototype, 'connect', (original) => {
    return function (...args) {
      const scope = owner();
      if (scope && this instanceof net.Socket) ownSocket(scope, this);
      return original.apply(this, args);
    };
  });
  wrapMethod(dgram.Socket.prototype, 'bind', (original) => {
    return function (...args) {
      const scope = owner();
      if (scope && this instanceof dgram.Socket) {
        const socket = this;
        scope.resources.add(socket, {
          kind: 'UDP socket',
          detail: '',
          holds: () => true,
          close: () => {
            socket.close();
          },
        });
        socket.once('close', () => {
          scope.resources.delete(socket);
        });
      }
      return original.apply(this, args);
    };
  });
}

/** An idle connection of a pool is unreferenced and may serve another module next: it is left to its time-out. */
function ownSocket(scope: ModuleScope, socket: net.Socket): void {
  const holds = () => !socket.destroyed && holdsLoop(Reflect.get(socket, '_handle'));
  scope.resources.add(socket, {
    kind: 'socket',
    detail: '',
    holds,
    close: () => {
      if (holds()) socket.destroy();
    },
  });
  socket.once('close', () => {
    scope.resources.delete(socket);
  });
}

function trackChildren(owner: Owner): void {
  wrapMethod(childProcess.ChildProcess.prototype, 'spawn', (original) => {
    return function (...args) {
      const result = original.apply(this, args);
      const scope = owner();
      if (scope && this instanceof childProcess.ChildProcess && this.pid !== undefined) ownChild(scope, this);
      return result;
    };
  });
}

function ownChild(scope: ModuleScope, child: childProcess.ChildProcess): void {
  scope.spawned = true;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      scope.resources.delete(child);
      resolve();
    });
  });
  scope.resources.add(child, {
    kind: 'child process',
    detail: `${child.pid ?? ''} (${child.spawnargs.join(' ').slice(0, 60)})`,
    holds: () => true,
    close: () => {
      child.kill('SIGKILL');
      return ended;
    },
  });
}

function trackWatchers(owner: Owner): void {
  wrapMethod(fs, 'watch', (original) => {
    return function (...args) {
      const watcher = original.apply(this, args);
      const scope = owner();
      if (!scope || !isWatcher(watcher)) return watcher;
      scope.resources.add(watcher, {
        kind: 'file watcher',
        detail: '',
        holds: () => true,
        close: () => {
          watcher.close();
        },
      });
      watcher.once('close', () => {
        scope.resources.delete(watcher);
      });
      return watcher;
    };
  });
}

/** Node tells of every thread in the turn that began it, so in the context of whoever did. */
function trackThreads(owner: Owner): void {
  process.on('worker', (thread) => {
    const scope = owner();
    if (!scope) return;
    scope.resources.add(thread, {
      kind: 'thread',
      detail: '',
      holds: () => true,
      close: async () => {
        await thread.terminate();
      },
    });
    thread.once('exit', () => {
      scope.resources.delete(thread);
    });
  });
}

function isWatcher(value: unknown): value is fs.FSWatcher {
  return isObject(value) && isMethod(Reflect.get(value, 'close')) && isMethod(Reflect.get(value, 'once'));
}

/** False for what would let a process end. */
function holdsLoop(handle: unknown): boolean {
  if (!isObject(handle)) return false;
  const hasRef: unknown = Reflect.get(handle, 'hasRef');
  return isMethod(hasRef) ? hasRef.call(handle) !== false : true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
