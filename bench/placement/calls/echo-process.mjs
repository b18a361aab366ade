import net from 'node:net';
import { handle } from './provider.mjs';
import { lines } from './lines.mjs';

/** The raw floor of processes: JSON lines over a Unix socket, those of one turn of the loop in one write. Ends with its caller. */
net
  .createServer((socket) => {
    const send = lines(socket, ({ number, query }) => send({ number, answer: handle(query) }));
    socket.once('close', () => process.exit());
  })
  .listen(process.argv[2], () => console.log('listening'));
