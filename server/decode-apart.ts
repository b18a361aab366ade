import type { ContentTypeDecoder, Message } from 'vscode-languageserver/node';

/** Bytes of a message that take a while to become one. */
const large = 256 * 1024;

/** JSON as messages. What a large one asks for is done after others had their turn, for parsing it held them up already. */
export const decodeApart: ContentTypeDecoder = {
  name: 'application/json',
  decode: async (bytes) => {
    // The protocol knows no other content.
    const message = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as Message;
    if (bytes.byteLength > large) await new Promise((resolve) => setImmediate(resolve));
    return message;
  },
};
