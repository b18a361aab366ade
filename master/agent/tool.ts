import type { AgentHost } from './agent-host.ts';
import type { Input, InputSchema } from './input.ts';

/** One row of the table of tools. */
export interface AgentTool {
  /** `{verb}_{noun}`. */
  readonly name: string;
  readonly title: string;
  /** For the model: what it does, when to use it and when not. */
  readonly description: string;
  readonly input: InputSchema;
  /** It changes neither files nor workers. */
  readonly readOnly: boolean;
  /** What a person is asked before it runs; absent where nothing is changed. Changes nothing itself. */
  readonly preview?: (call: ToolCall) => Promise<Preview>;
  /** The answer, to be masked and bounded. Rejects with sentences for the model. */
  run(call: ToolCall): Promise<object>;
}

export interface ToolCall {
  readonly host: AgentHost;
  readonly input: Input;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface Preview {
  /** A question that names the workers and the file. */
  readonly title: string;
  /** What would change, as lines; empty where the title says it all. */
  readonly detail: string;
}
