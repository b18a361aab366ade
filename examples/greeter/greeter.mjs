import grpc from '@grpc/grpc-js';
import { Greeter } from './service.mjs';

const functions = {
  greet: ({ request: { name } }, answer) => {
    if (name === '') answer({ code: grpc.status.INVALID_ARGUMENT, details: 'nobody to greet' });
    else answer(null, { text: `hello ${name}` });
  },
  count: (call) => {
    for (let value = 1; value <= call.request.to; value++) call.write({ value });
    call.end();
  },
};

/** A gRPC server as a module; it speaks its own protocol, and tells the master only where. */
export function createGreeter({ config, endpoints }) {
  const server = new grpc.Server();
  server.addService(Greeter.service, functions);
  return {
    async start() {
      const bind = (resolve, reject) =>
        server.bindAsync(`127.0.0.1:${config.port}`, grpc.ServerCredentials.createInsecure(), (error, port) =>
          error ? reject(error) : resolve(port),
        );
      endpoints.register('grpc', 'url', `grpc://127.0.0.1:${await new Promise(bind)}`);
    },
    stop: () => new Promise((resolve) => server.tryShutdown(resolve)),
  };
}
