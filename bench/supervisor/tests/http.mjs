import path from 'node:path';
import { eventsIn, now, until } from '../machine.mjs';

const services = 10;

/** Node services that answer: what a user waits for. */
export async function http(stage) {
  const ids = Array.from({ length: services }, (_, n) => `w${n}`);
  const program = path.join(import.meta.dirname, '../service.mjs');
  const supervisor = stage.supervise(ids.map((id) => ({ id, command: [process.execPath, program, id, stage.events] })));
  await supervisor.warm?.();
  const begun = now();
  const saidSo = supervisor.start();
  await until(() => eventsIn(stage.events).length >= services, `${services} services answering`);
  const answering = Math.max(...eventsIn(stage.events).map(({ at }) => at)) - begun;
  await saidSo;
  return { [`${services} Node services answering, ms`]: answering };
}
