import { connectToMaster, NoMasterError } from '../connect.ts';
import type { MasterClient } from '../master-client.ts';
import type { AgentHost } from './agent-host.ts';

/** How long workers that an agent started live on without it, in seconds: enough to be called again. */
const graceSeconds = 30;

/** The master of a file, looked for when first needed, and again after it ended. */
export class SocketHost implements AgentHost {
  readonly file: string;
  readonly #name: string;
  readonly #mayStart: boolean;
  #client: Promise<MasterClient> | undefined;

  /** `name` is shown in the master's log. With `mayStart` a master that is started lives as long as this does. */
  constructor(file: string, name: string, mayStart: boolean) {
    this.file = file;
    this.#name = name;
    this.#mayStart = mayStart;
  }

  master(): Promise<MasterClient> {
    return this.#keep(() => this.#connect());
  }

  async environment(): Promise<string | undefined> {
    // Greeted anew: it may have changed since.
    const client = await this.#connect().catch((error: unknown) => {
      if (error instanceof NoMasterError) return undefined;
      throw error;
    });
    client?.dispose();
    return client?.welcome.environment ?? undefined;
  }

  async startedMaster(): Promise<MasterClient> {
    try {
      return await this.master();
    } catch (error) {
      if (!(error instanceof NoMasterError) || !this.#mayStart) throw error;
      return this.#keep(() =>
        connectToMaster({ file: this.file, name: this.#name, owner: true, spawn: { graceSeconds } }),
      );
    }
  }

  async dispose(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.dispose();
  }

  #connect(): Promise<MasterClient> {
    return connectToMaster({ file: this.file, name: this.#name, owner: false });
  }

  #keep(connect: () => Promise<MasterClient>): Promise<MasterClient> {
    if (this.#client) return this.#client;
    const client = connect();
    const forget = () => {
      if (this.#client === client) this.#client = undefined;
    };
    this.#client = client;
    client.then((connected) => connected.onClosed(forget), forget);
    return client;
  }
}
