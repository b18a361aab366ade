import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { onPath } from './on-path.ts';

/**
 * Gives desktop VS Code a screen to draw on where Linux has none, for as long as this process lives.
 * @throws {Error} saying what to install
 */
export async function ensureDisplay(): Promise<void> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform !== 'linux' || (DISPLAY ?? WAYLAND_DISPLAY ?? '') !== '') return;
  const xvfb = onPath('Xvfb');
  if (xvfb === undefined) {
    throw new Error('desktop VS Code needs a display and there is none: install xvfb, or set DISPLAY');
  }
  // It picks a free display itself and writes its number to the third stream.
  const display = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => display.kill());
  const numbers = display.stdio[3] as Readable;
  const ended = once(display, 'exit').then(([code]) => {
    throw new Error(`Xvfb ended with code ${code} before it had a display`);
  });
  const [number] = (await Promise.race([once(numbers, 'data'), ended])) as [Buffer];
  process.env['DISPLAY'] = `:${number.toString().trim()}`;
  display.unref();
  numbers.destroy();
}
