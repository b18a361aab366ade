// Supervisors side by side, in one run on one machine: `node bench/supervisor/run.mjs [--only hsu,s6] [--tests up,log]
// [--workers 100] [--runs 3] [--settle-seconds 3] [--crash-seconds 20] [--under-load]`. Builds and downloads what it needs;
// prints a table.
import { spawn } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from './machine.mjs';
import { master, worker } from './peers.mjs';
import { Stage } from './stage.mjs';
import { Runit, S6 } from './supervisors/daemontools.mjs';
import { Hsu } from './supervisors/hsu.mjs';
import { HeavyNodeFloor, NodeFloor } from './supervisors/node-floor.mjs';
import { Pm2 } from './supervisors/pm2.mjs';
import { Supervisord } from './supervisors/supervisord.mjs';
import { http } from './tests/http.mjs';
import { log } from './tests/log.mjs';
import { crashLoop, daemon, leader, leaderCrash, stubborn, supervisorKilled } from './tests/trees.mjs';
import { up } from './tests/up.mjs';

const supervisors = {
  ...{ hsu: Hsu, s6: S6, runit: Runit, pm2: Pm2, supervisord: Supervisord },
  ...{ floor: NodeFloor, heavyFloor: HeavyNodeFloor },
};
/** With what the floor can take part in: it keeps no promises, it only shows what Node costs. */
const tests = { up, http, log, stubborn, leader, daemon, leaderCrash, supervisorKilled, crashLoop };
const forFloor = new Set(['up', 'http', 'log']);

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(supervisors).join() },
    tests: { type: 'string', default: Object.keys(tests).join() },
    workers: { type: 'string', default: '100' },
    runs: { type: 'string', default: '3' },
    'settle-seconds': { type: 'string', default: '3' },
    'crash-seconds': { type: 'string', default: '20' },
    'under-load': { type: 'boolean', default: false },
  },
});
const chosen = values.only.split(',');
const options = {
  workers: Number(values.workers),
  settleSeconds: Number(values['settle-seconds']),
  crashSeconds: Number(values['crash-seconds']),
};
master();
const binary = worker();
for (const name of chosen) supervisors[name].install?.();
const load = values['under-load'] ? startLoad() : undefined;
console.log(
  `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}${load ? ' and two busy processes a core' : ''}, ${values.runs} runs; ` +
    'medians, and with them (least–most) where runs differ.',
);

for (const name of values.tests.split(',')) {
  const rows = new Map();
  for (const supervisor of chosen) {
    if (supervisor.toLowerCase().endsWith('floor') && !forFloor.has(name)) continue;
    for (let run = 0; run < Number(values.runs); run += 1) {
      for (const [measure, value] of Object.entries(await measured(tests[name], supervisors[supervisor]))) {
        if (!rows.has(measure)) rows.set(measure, new Map());
        const row = rows.get(measure);
        row.set(supervisor, [...(row.get(supervisor) ?? []), ...[value].flat()]);
      }
    }
  }
  print(name, rows);
}

load?.();

/** Two processes for each core that want all of it, until the returned function is called or this process ends. */
function startLoad() {
  // Each looks whether its parent lives: nothing of it is left, however this process ends.
  const busy = 'const parent = process.ppid; while (process.ppid === parent);';
  const children = cpus().flatMap(() => [0, 1].map(() => spawn(process.execPath, ['-e', busy], { stdio: 'ignore' })));
  return () => children.forEach((child) => child.kill('SIGKILL'));
}

async function measured(test, Supervisor) {
  const stage = new Stage(Supervisor, binary);
  try {
    return await test(stage, options);
  } catch (error) {
    console.error(`${Supervisor.title}: ${error.message}`);
    return {};
  } finally {
    await stage.dispose();
  }
}

function print(name, rows) {
  console.log(`\n| ${name} | ${chosen.map((each) => supervisors[each].title).join(' | ')} |`);
  console.log(`|${'---|'.repeat(chosen.length + 1)}`);
  for (const [measure, row] of rows) {
    console.log(`| ${measure} | ${chosen.map((each) => shown(row.get(each))).join(' | ')} |`);
  }
}

function shown(readings) {
  if (!readings) return '–';
  const [least, most] = [Math.min(...readings), Math.max(...readings)];
  const middle = brief(median(readings));
  return brief(least) === brief(most) ? middle : `${middle} (${brief(least)}–${brief(most)})`;
}

function brief(number) {
  if (number < 1) return String(Math.round(number * 100) / 100);
  return number < 10 ? String(Math.round(number * 10) / 10) : Math.round(number).toLocaleString('en');
}
