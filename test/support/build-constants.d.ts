/** The repository's root; filled in by esbuild.mjs, in tests only. */
declare const ROOT_FOLDER: string;
