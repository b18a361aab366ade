import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatOf, formats } from '../../../master/import/read-services.ts';
import { candidatesOf, workersText } from '../../../master/import/workers-text.ts';

/** What a file becomes, without the two lines every workers file begins with. */
function imported(file: string, text: string): string {
  const name = file.replace(/^.*\//, '');
  const result = formatOf(name)?.read(text, name);
  assert.ok(result, `${name} is a known name`);
  if ('refused' in result) return `refused: ${result.refused}`;
  const source = { file, folder: file.includes('/') ? file.replace(/\/[^/]*$/, '') : '.' };
  return workersText(candidatesOf(result.services.map((service) => ({ source, service }))))
    .split('\n')
    .slice(2)
    .join('\n');
}

describe('importing', () => {
  it('takes the scripts of package.json that are services; what Node runs, as it stands', () => {
    const text = JSON.stringify({
      name: '@acme/shop',
      scripts: {
        start: 'node server.js --quiet',
        dev: 'vite',
        'worker:mail': 'tsx mail.ts',
        test: 'mocha',
        build: 'tsc',
      },
    });
    assert.equal(
      imported('package.json', text),
      `  # From package.json.
  - id: shop
    type: process
    execution:
      executable_path: node
      args:
        - server.js
        - --quiet

  # From package.json.
  # dev is not enabled: it is likely "start" in another manner.
  - id: dev
    type: process
    enabled: false
    execution:
      executable_path: npm
      args:
        - run
        - dev

  # From package.json.
  - id: worker-mail
    type: process
    execution:
      executable_path: npm
      args:
        - run
        - worker:mail
`,
    );
  });

  it('keeps the folder and the package manager of a package below', () => {
    const text = JSON.stringify({ name: 'web', packageManager: 'pnpm@9.1.0', scripts: { dev: 'next dev' } });
    assert.equal(
      imported('apps/package.json', text),
      `  # From apps/package.json.
  - id: web
    type: process
    execution:
      executable_path: pnpm
      args:
        - run
        - dev
      working_directory: apps
`,
    );
  });

  it('takes the processes of a Procfile, gives out the port, and leaves to a shell what needs one', () => {
    assert.equal(
      imported(
        'Procfile',
        'web: RACK_ENV=production bundle exec puma -p $PORT\n# no\nlog: tail -f a.log | grep "x y"\n',
      ),
      `  # From Procfile.
  - id: web
    type: process
    execution:
      executable_path: bundle
      args:
        - exec
        - puma
        - -p
        - "{port}"
      environment:
        RACK_ENV: production

  # From Procfile.
  # log is run by a shell, because its command needs one.
  - id: log
    type: process
    execution:
      executable_path: sh
      args:
        - -c
        - tail -f a.log | grep "x y"
`,
    );
  });

  it('leaves the services of Docker Compose containers, with order and port', () => {
    const text = `services:
  db: { image: postgres, ports: ["127.0.0.1:5432:5432"], healthcheck: { test: pg_isready } }
  api: { build: ., depends_on: { db: { condition: service_healthy } }, ports: [{ target: 80, published: "8080" }] }
`;
    assert.equal(
      imported('compose.yaml', text),
      `  # From compose.yaml.
  # db stays a container, which docker compose brings up.
  # db has a health check inside its container, which is not asked from here.
  - id: db
    type: process
    execution:
      executable_path: docker
      args:
        - compose
        - -f
        - compose.yaml
        - up
        - --no-deps
        - --no-log-prefix
        - db
    port: 5432
    health_check:
      type: tcp
      tcp:
        address: 127.0.0.1
        port: 5432

  # From compose.yaml.
  # api stays a container, which docker compose brings up.
  - id: api
    type: process
    execution:
      executable_path: docker
      args:
        - compose
        - -f
        - compose.yaml
        - up
        - --no-deps
        - --no-log-prefix
        - api
    port: 8080
    health_check:
      type: tcp
      tcp:
        address: 127.0.0.1
        port: 8080
    depends_on:
      - db
`,
    );
  });

  it('reads the literal of a pm2 ecosystem file without running it', () => {
    const text = `// production
module.exports = {
  apps: [{
    name: 'api', script: './server.js', args: '--color "dark blue"', instances: 4, watch: true, // all cores
    env: { PORT: 3000, NODE_ENV: 'development' }, env_production: { NODE_ENV: 'production' },
    max_memory_restart: '300M', kill_timeout: 3000,
  }, { script: 'python3 -m worker', autorestart: false, cwd: "./jobs/" }],
};
process.exit(1);
`;
    assert.equal(
      imported('ecosystem.config.js', text),
      `  # From ecosystem.config.js.
  # api is one worker, where pm2 ran 4 instances.
  # api is not restarted when a file changes, as pm2 did.
  # api has other environments (env_production): write overlays, workers.NAME.yaml.
  - id: api
    type: process
    execution:
      executable_path: node
      args:
        - ./server.js
        - --color
        - dark blue
      environment:
        PORT: "3000"
        NODE_ENV: development
    port: 3000
    restart: always
    graceful_timeout: 3000ms
    limits:
      memory:
        max_rss: 300MB

  # From ecosystem.config.js.
  - id: python3-m-worker
    type: process
    execution:
      executable_path: python3
      args:
        - -m
        - worker
      working_directory: jobs
    restart: never
`,
    );
  });

  it('takes the processes of process-compose with their probes', () => {
    const text = `environment: [TZ=UTC]
processes:
  db:
    command: ./db --port 5432
    working_dir: ./data
    availability: { restart: on_failure }
    shutdown: { timeout_seconds: 7 }
  api:
    entrypoint: [node, api.js]
    depends_on: { db: { condition: process_healthy } }
    readiness_probe: { http_get: { host: 127.0.0.1, port: 8080, path: /health }, period_seconds: 5, timeout_seconds: 5 }
    disabled: true
`;
    assert.equal(
      imported('process-compose.yaml', text),
      `  # From process-compose.yaml.
  - id: db
    type: process
    execution:
      executable_path: data/db
      args:
        - --port
        - "5432"
      working_directory: data
      environment:
        TZ: UTC
    restart: on-failure
    graceful_timeout: 7s

  # From process-compose.yaml.
  - id: api
    type: process
    enabled: false
    execution:
      executable_path: node
      args:
        - api.js
      environment:
        TZ: UTC
    port: 8080
    health_check:
      type: http
      endpoint: http://127.0.0.1:8080/health
      interval: 5s
    depends_on:
      - db
`,
    );
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    ['package.json', '{', 'it is no JSON: '],
    ['package.json', '{"scripts":{"test":"mocha"}}', 'it has no script that is a service by its name'],
    ['Procfile', 'nothing here', 'it has no line like "web: node server.js"'],
    ['compose.yaml', 'a: [', 'it is no YAML: '],
    ['compose.yaml', 'version: 3', 'it has no "services"'],
    ['ecosystem.config.js', 'module.exports = make()', 'only values can be read of it, for it is not run: '],
    [
      'ecosystem.config.cjs',
      'module.exports = { apps: [{ script: file() }] }',
      'only values can be read of it, for it is not run: ',
    ],
    ['process-compose.yml', 'processes: 3', 'it has no "processes"'],
  ];
  for (const [file, text, why] of refusals) {
    it(`says of a ${file} with ${JSON.stringify(text)} why nothing can be read`, () => {
      assert.ok(imported(file, text).startsWith(`refused: ${why}`), imported(file, text));
    });
  }

  it('gives every service an id of its own that a workers file allows', () => {
    const source = { file: 'Procfile', folder: '.' };
    const program = { executable: 'x', args: [] };
    const read = ['a b', 'a-b', '../a', 'ü'].map((name) => ({ source, service: { name, program, notes: [] } }));
    assert.deepEqual(
      candidatesOf(read).map(({ id }) => id),
      ['a-b', 'a-b-2', 'a', 'service'],
    );
  });

  for (const { title, read } of formats) {
    it(`never throws, whatever stands in a file of ${title}`, () => {
      const values = fc.json().map((json) => json.replaceAll('"a"', '"script"'));
      const texts = fc.oneof(
        fc.string(),
        values,
        fc.json().map((json) => `services: ${json}\nprocesses: ${json}\nscripts: ${json}\napps: ${json}`),
      );
      fc.assert(
        fc.property(texts, fc.constantFrom('a.js', 'a.yaml', 'a.json'), (text, name) => {
          const result = read(text, name);
          if ('services' in result) {
            workersText(
              candidatesOf(result.services.map((service) => ({ source: { file: name, folder: '.' }, service }))),
            );
          }
        }),
        { numRuns: 300 },
      );
    });
  }
});
