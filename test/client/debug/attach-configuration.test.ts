import assert from 'node:assert/strict';
import { attachConfiguration } from '../../../client/debug/attach-configuration.ts';

describe('the configuration of the debugger that a worker is handed to', () => {
  const inspector = {
    kind: 'inspector',
    websocketAddress: 'ws://127.0.0.1:40123/9f2c',
    sourceFolders: ['/work/shop'],
    pausesWith: [],
  } as const;

  it('leads to the one inspector, by its address, and takes in nothing that is started by what it debugs', () => {
    const configuration = attachConfiguration('mail', inspector, 'key', '/opt/hsu/dist');
    const { type, request, websocketAddress, address, autoAttachChildProcesses, attachExistingChildren, restart } =
      configuration as Readonly<Record<string, unknown>>;
    assert.deepEqual(
      { type, request, websocketAddress, address, autoAttachChildProcesses, attachExistingChildren, restart },
      {
        type: 'node',
        request: 'attach',
        websocketAddress: inspector.websocketAddress,
        address: '127.0.0.1',
        autoAttachChildProcesses: false,
        attachExistingChildren: false,
        restart: false,
      },
    );
  });

  it('names whom else a breakpoint holds', () => {
    const named = (...pausesWith: readonly string[]) =>
      attachConfiguration('mail', { ...inspector, pausesWith }, 'key', '/opt/hsu/dist').name;
    assert.deepEqual([named(), named('web', 'stock')], ['HSU mail', 'HSU mail (pauses with web, stock)']);
  });

  it('is that of any other debugger as the package has it', () => {
    const target = {
      kind: 'process',
      pid: 4711,
      configuration: { type: 'go', mode: 'local', processId: 4711 },
    } as const;
    assert.deepEqual(attachConfiguration('mail', target, 'key', '/opt/hsu/dist'), {
      name: 'HSU mail',
      request: 'attach',
      type: 'go',
      mode: 'local',
      processId: 4711,
      attachment: 'key',
    });
  });
});
