import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { childrenOf, isRunning, until } from '../machine.mjs';
import { debianEnvironment, fromDebian, fromS6 } from '../peers.mjs';
import { command } from './command.mjs';

const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

/** What s6 and runit have in common: a folder of service folders, each with a `run` script. */
class Daemontools {
  constructor(folder) {
    this.folder = folder;
    this.services = path.join(folder, 'services');
  }

  prepare(workers) {
    for (const { id, command: words, killMs, hasLog } of workers) {
      const service = path.join(this.services, id);
      mkdirSync(service, { recursive: true });
      script(service, `exec 2>&1\nexec ${words.map(quoted).join(' ')}`);
      if (killMs) writeFileSync(path.join(service, 'timeout-kill'), String(killMs));
      if (!hasLog) continue;
      const log = this.logFolder(id);
      mkdirSync(log, { recursive: true });
      writeFileSync(path.join(log, 'config'), 's90000000\nn5\n');
      mkdirSync(path.join(service, 'log'));
      script(path.join(service, 'log'), this.logger(log));
    }
  }

  async launch(program, args) {
    const child = spawn(program, args, { env: debianEnvironment(), stdio: 'ignore', detached: true });
    this.root = child.pid;
  }

  again() {
    return this.start();
  }

  pids() {
    return [this.root, ...childrenOf(this.root)];
  }

  logFolder(id) {
    return path.join(this.folder, 'logs', id);
  }

  logFiles(id) {
    return [path.join(this.logFolder(id), 'current')];
  }
}

export class S6 extends Daemontools {
  static title = 's6';
  static install = () => fromS6('s6-svscan');

  start() {
    return this.launch(fromS6('s6-svscan'), ['-c', '500', this.services]);
  }

  logger(folder) {
    return `exec s6-log n5 s90000000 ${quoted(folder)}`;
  }

  stopAll() {
    return command(
      '/bin/sh',
      ['-c', `for d in ${quoted(this.services)}/*; do s6-svc -d "$d"; done`],
      debianEnvironment(),
    );
  }

  stopOne(id) {
    const args = ['-wD', '-T', '8000', '-d', path.join(this.services, id)];
    return command(fromS6('s6-svc'), args, debianEnvironment());
  }

  async end() {
    await command(fromS6('s6-svscanctl'), ['-t', this.services], debianEnvironment());
    await until(() => !isRunning(this.root), 'the end of s6-svscan', 10_000);
  }
}

export class Runit extends Daemontools {
  static title = 'runit';
  static install = () => fromDebian('runit', 'runsvdir');

  start() {
    return this.launch(fromDebian('runit', 'runsvdir'), ['-P', this.services]);
  }

  logger(folder) {
    return `exec svlogd ${quoted(folder)}`;
  }

  stopAll() {
    return command('/bin/sh', ['-c', `sv -w 30 down ${quoted(this.services)}/*`], debianEnvironment());
  }

  stopOne(id) {
    const args = ['-w', '1', 'force-stop', path.join(this.services, id)];
    return command(fromDebian('runit', 'sv'), args, debianEnvironment());
  }

  async end() {
    const pids = this.pids();
    for (const pid of pids.slice(1)) signal(pid, 'SIGTERM');
    signal(this.root, 'SIGHUP');
    await until(() => pids.every((pid) => !isRunning(pid)), 'the end of runsvdir', 10_000);
  }
}

function script(folder, text) {
  writeFileSync(path.join(folder, 'run'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}
