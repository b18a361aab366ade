/** Has this process look for masters in a folder, until the returned function is called. */
export function lookForMastersIn(folder: string): () => void {
  const before = process.env['HSU_RUNTIME_DIR'];
  process.env['HSU_RUNTIME_DIR'] = folder;
  return () => {
    if (before === undefined) delete process.env['HSU_RUNTIME_DIR'];
    else process.env['HSU_RUNTIME_DIR'] = before;
  };
}
