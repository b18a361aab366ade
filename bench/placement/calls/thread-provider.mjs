import { create as createProvider, handle } from './provider.mjs';
import { answerRaw } from './raw-port.mjs';

/** The same in a thread, which answers its caller over a raw port too. */
export const create = ({ endpoints }) => ({
  start() {
    createProvider({ endpoints }).start();
    endpoints.publish('raw', { answerRaw: () => answerRaw(handle) });
  },
});
