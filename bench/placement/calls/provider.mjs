/** The same small function in every place. */
export const handle = ({ id, a, b, name }) => ({ id, sum: a + b, length: name.length });

export const create = ({ endpoints }) => ({
  start: () => endpoints.publish('sums', { handle: async (query) => handle(query), handleNow: handle }),
});
