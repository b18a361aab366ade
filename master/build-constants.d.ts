/** The folder of the product's bundles; filled in by esbuild.mjs. */
declare const DIST_FOLDER: string;
/** The version of package.json; filled in by esbuild.mjs. */
declare const VERSION: string;
