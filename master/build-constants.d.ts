/** The folder of the product's bundles; filled in by esbuild.mjs. */
declare const DIST_FOLDER: string;
/** True in the published bundles; filled in by esbuild.mjs. */
declare const PRODUCTION: boolean;
