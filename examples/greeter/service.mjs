import path from 'node:path';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** The service as its .proto file describes it: for the server and for its clients. */
export const { Greeter } = grpc.loadPackageDefinition(
  loadSync(path.join(import.meta.dirname, 'greeter.proto')),
).greeter;
