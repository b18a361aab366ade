// `service.mjs ID EVENTS`: an HTTP service that says so once it has answered itself.
import { appendFileSync } from 'node:fs';
import { get, createServer } from 'node:http';

const [id, events] = process.argv.slice(2);
const server = createServer((_request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => {
  get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
    response.resume().once('end', () => appendFileSync(events, `${id} ${process.pid} ${process.hrtime.bigint()}\n`));
  });
});
