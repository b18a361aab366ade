/** Why a tool cannot do what was asked: sentences that tell the model what to do next. */
export class AgentError extends Error {}
