#!/usr/bin/env node
import './small-heap.ts';
import { Console } from 'node:console';
import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { decodeApart } from './decode-apart.ts';
import { encodeInSlices } from './encode-in-slices.ts';
import { serve } from './serve.ts';
import { collectSoon, keepHeapSmall } from './small-heap.ts';

keepHeapSmall();

// Without another transport on the command line the editor speaks over stdin and stdout.
if (process.argv.some((argument) => /^--(?:node-ipc|socket|pipe)/.test(argument))) {
  serve(createConnection(ProposedFeatures.all), { firstRead: collectSoon });
} else {
  // Whatever is not a message would break the stream of them.
  globalThis.console = new Console(process.stderr);
  const writer = new StreamMessageWriter(process.stdout, { contentTypeEncoder: encodeInSlices });
  const reader = new StreamMessageReader(process.stdin, { contentTypeDecoder: decodeApart });
  const session = serve(createConnection(ProposedFeatures.all, reader, writer), { firstRead: collectSoon });
  for (const event of ['end', 'close']) process.stdin.on(event, () => process.exit(session.hasEnded ? 0 : 1));
}
