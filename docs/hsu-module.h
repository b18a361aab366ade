/* The interface of a native module (.so, .dll, .dylib). Plain C, so any language that can export C functions offers it. */
#ifndef HSU_MODULE_H
#define HSU_MODULE_H

#ifdef __cplusplus
extern "C" {
#endif

/* The create function; its name is the worker's entry_point, hsu_module_create where none is written.
 * config is module.config as JSON, valid during the call. Returns a handle, NULL on failure. */
typedef void *hsu_module_create_function(const char *config);

/* Begins the work and returns 0 when the module is ready; other values are failures. Called off the event loop. */
int hsu_module_start(void *module);

/* Ends the work with everything that was begun, threads included, releases the handle and returns 0. */
int hsu_module_stop(void *module);

/* Optional: not 0 when the module is healthy. Must return at once. */
int hsu_module_is_healthy(void *module);

/* Optional: why the last call failed; module is NULL after a failed create. Stays valid until the next call. */
const char *hsu_module_last_error(void *module);

#ifdef __cplusplus
}
#endif
#endif
