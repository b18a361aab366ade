import process from 'node:process';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import { Greeter } from './service.mjs';

/** Calls both functions of the service at an address; it does not know where that runs. */
export async function visit(address, name) {
  const client = new Greeter(address, grpc.credentials.createInsecure());
  try {
    const greeting = await new Promise((resolve, reject) =>
      client.greet({ name }, (error, answer) => (error ? reject(error) : resolve(answer.text))),
    );
    const numbers = [];
    for await (const { value } of client.count({ to: 3 })) numbers.push(value);
    return { greeting, numbers };
  } finally {
    client.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [address = '127.0.0.1:50051', name = 'you'] = process.argv.slice(2);
  console.log(await visit(address, name));
}
