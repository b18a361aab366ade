/**
 * A workers file of `count` workers, about twelve lines each, the same every time. `anchored`: each takes in what one
 * anchor above them all stands for.
 */
export function makeWorkers(count, { anchored = false } = {}) {
  const anchor = ['x-base: &base', '  restart: always', '  start_timeout: 5s'];
  const lines = ['# generated', ...(anchored ? anchor : []), 'workers:'];
  for (let i = 0; i < count; i++) {
    lines.push(`  - id: "svc-${i}"`, ...(anchored ? ['    <<: *base'] : []));
    if (i % 3 === 2) {
      lines.push('    type: module', '    module:', '      module_path: "./module.js"', '      entry_point: make');
      lines.push('      config:', `        size: ${i % 1000}`, '        wait: "30s"');
    } else {
      lines.push('    type: "process"', '    execution:', '      executable_path: "./run.sh"');
      lines.push(`      args: ["--config", "config-${i}.yaml", "--shard", "${i % 100}"]`, '      environment:');
      lines.push(`        LOG_LEVEL: "info" # level ${i % 5}`, `        REGION: eu-${i % 9}`);
    }
    if (i % 5 === 4) lines.push(`    depends_on: [svc-${i - 1}]`);
    lines.push('    health_check:', '      endpoint: "/health"', `      interval: "${10 + (i % 50)}s"`);
  }
  // The fault that a cold start waits for: in the last worker.
  lines.push(
    '  - id: last',
    '    type: module',
    '    module:',
    '      module_path: "./module.js"',
    '    enabled: perhaps',
  );
  return `${lines.join('\n')}\n`;
}

/** Lines of a file of `makeWorkers` that the measurements touch, in its middle. */
export function placesIn(text) {
  const lines = text.split('\n');
  const from = lines.findIndex((line, index) => index >= lines.length / 2 && line.startsWith('    depends_on:'));
  const dependsOn = from >= 0 ? from : lines.findLastIndex((line) => line.startsWith('    depends_on:'));
  const healthCheck = lines.findIndex((line, index) => index > dependsOn && line === '    health_check:');
  return { dependsOn, healthCheck, interval: healthCheck + 2, last: lines.length - 2 };
}
