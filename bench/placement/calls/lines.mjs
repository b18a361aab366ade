/** JSON lines over a socket; returns the way to send one. */
export function lines(socket, received) {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    const parts = (text + chunk).split('\n');
    text = parts.pop();
    for (const line of parts) received(JSON.parse(line));
  });
  let batch = '';
  return (value) => {
    if (batch === '') {
      process.nextTick(() => {
        socket.write(batch);
        batch = '';
      });
    }
    batch += `${JSON.stringify(value)}\n`;
  };
}
