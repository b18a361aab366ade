#!/usr/bin/env node
import './small-heap.ts';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './serve.ts';

// Without a transport on the command line the editor speaks over stdin and stdout.
if (!process.argv.some((argument) => /^--(?:stdio|node-ipc|socket|pipe)/.test(argument))) process.argv.push('--stdio');

serve(createConnection(ProposedFeatures.all));
