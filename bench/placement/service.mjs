import http from 'node:http';

/** One implementation: `create` for a module, run as it is with `--process` for a process. */
export const create = () => {
  const server = http.createServer((request, response) => response.end('ok'));
  return {
    async start() {
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      console.log('ready');
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
};

/** Never comes back, a moment after it is up. */
export const createSpinner = () => ({
  start: () =>
    void setTimeout(() => {
      console.log('spinning');
      for (;;);
    }, 10),
});

if (process.argv[2] === '--process') {
  await create().start();
}
