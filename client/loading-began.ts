/** When the first of the extension's code was run: imported before all else. Milliseconds of `performance.now()`. */
export const loadingBegan = performance.now();
