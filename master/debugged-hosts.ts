import type { WorkerController } from './workers/controller.ts';

type Member = Pick<WorkerController, 'id' | 'host' | 'isDebugged' | 'standWith'>;

/** The module hosts in which a debugger holds a worker: whoever lives there stands still with it. */
export class DebuggedHosts {
  readonly #members: ReadonlyMap<string, Member>;
  /** The host of each worker that is held. */
  readonly #held = new Map<string, number>();

  constructor(members: ReadonlyMap<string, Member>) {
    this.#members = members;
  }

  /** A worker has changed. */
  follow(member: Member): void {
    const before = this.#held.get(member.id);
    const now = member.isDebugged ? member.host : undefined;
    if (now === before) {
      if (this.#held.size > 0) this.#settle(member);
      return;
    }
    if (now === undefined) this.#held.delete(member.id);
    else this.#held.set(member.id, now);
    for (const other of [member, ...this.#members.values()]) this.#settle(other);
  }

  #settle(member: Member): void {
    const { host } = member;
    member.standWith(host !== undefined && [...this.#held.values()].includes(host));
  }
}
