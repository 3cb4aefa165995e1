/*
 * Mapwright as a C library: a mapping is loaded, sessions are opened for accounts, batches of events are run.
 *
 * Made from the sources of crates/plugin-c and its cbindgen.toml by the tests (UPDATE_EXPECT=1); do not edit.
 *
 * What goes in
 *   Text and JSON in UTF-8, as a pointer to the first byte and the number of bytes. No NUL is needed behind them.
 *   They are read while the call lasts and not kept. A pointer may be null only where it is said.
 *
 * What comes out
 *   A status, and a buffer that is named `result` or `problem`. Its fields are overwritten, not freed: free what a
 *   buffer holds before it is used again. With MAPWRIGHT_STATUS_OK a result has what was asked for, and a problem is
 *   empty. With any other status both hold {"message": "...", "diagnostics": [...]}: the message is for people and
 *   may change, diagnostics are there when a mapping has errors, each an object as `mapwright lint --format json`
 *   prints it. Nothing is written through a null pointer, and a call whose `result` is null does nothing.
 *
 * Memory
 *   Who allocates frees: buffers and handles go back to the library by its own functions, never to free(). These set
 *   what they are given to null, so that a second call with the same variable is harmless. A freed handle of which a
 *   copy was kept must not be used: that is undefined, as is a pointer or a length that is not what it says to be.
 *
 * Threads
 *   Handles may be shared between threads and used by all of them at the same time; they are not bound to a thread. A
 *   handle is freed once, when no call with it is under way. Calls that run events wait until all are done. Each
 *   mapping has threads of its own, which its sessions keep alive. They do not follow into the child of a fork():
 *   what was loaded before is not to be used there, nor freed. Load in the child. SIGPIPE is blocked in them, so that
 *   a connection that breaks does not end the program; other signals and their handlers are left as they are.
 *
 * Panics
 *   A panic inside is caught and told as MAPWRIGHT_STATUS_PANIC; its text also goes to stderr. Handles stay usable.
 *
 * Options
 *   A JSON object; each key may be left out, and one that is not in this list is refused.
 *     "name"         what diagnostics call the mapping; "mapping.yaml", or the path of the file
 *     "endpoint"     replaces scheme and host of the destination, for tests: "http://127.0.0.1:8080"
 *     "finish"       "engine" or "host": who makes the last request of an event where the mapping can leave it to the
 *                    host; who the mapping says
 *     "concurrency"  events of one call under way at the same time, 1 to 65535; 64
 *     "attempts"     times that one request is made at most, the first included, from 1; 4
 *     "threads"      threads that run events, 1 to 255; 2
 *     "callbacks"    most callbacks of the network at the same time, 1 to 65535; 16
 *
 * Network
 *   With a mapwright_network the library opens no connection: it hands each request to the function, which makes it
 *   once, waits, and sets the reply. The function is called from threads of the library, as many at the same time as
 *   the option "callbacks" says. It has time limits of its own, follows no redirect to another host, and repeats
 *   nothing: the library does. It must not throw, jump out, run events or free handles. `user` lives until the
 *   mapping and all its sessions are freed.
 *     request        {"method": "POST", "url": "https://...", "headers": {"name": "value"}, "body": "..."}; names of
 *                    headers are in lower case, "body" is there when there is one. It has the credentials: keep it
 *                    out of logs.
 *     reply          {"status": 200, "headers": {"name": "value"}, "body": "..."}; headers and body may be left out,
 *                    and of the headers only `retry-after` is looked at
 *                    {"timeout": true}: no reply came, and the request may have arrived
 *                    {"unreachable": "why"}: the request did not leave; no addresses or credentials in the text
 */

#ifndef MAPWRIGHT_H
#define MAPWRIGHT_H

#include <stddef.h>
#include <stdint.h>

/**
 * Number of this interface. It grows when something is added; nothing is changed or taken away under the same name
 * of the library file, `libmapwright.so.1`.
 */
#define MAPWRIGHT_ABI 1

/**
 * What became of a call.
 */
typedef enum mapwright_status {
    /**
     * Done.
     */
    MAPWRIGHT_STATUS_OK = 0,
    /**
     * The call itself is wrong: a null pointer, a length above `PTRDIFF_MAX`, text that is not UTF-8, or a call from
     * a place where it is not allowed. A bug of the program.
     */
    MAPWRIGHT_STATUS_INVALID_ARGUMENT = 1,
    /**
     * What was given is refused: a mapping with errors, options, settings or events that are not of their shape.
     */
    MAPWRIGHT_STATUS_REFUSED = 2,
    /**
     * The machine failed: a file that cannot be read, threads or an HTTP client that cannot be had.
     */
    MAPWRIGHT_STATUS_FAILED = 3,
    /**
     * A bug of the library, which caught a panic. What the call was to do may be half done; handles stay usable.
     */
    MAPWRIGHT_STATUS_PANIC = 4,
} mapwright_status;

/**
 * A loaded mapping. Threads may share it.
 */
typedef struct mapwright_mapping mapwright_mapping;

/**
 * A request that waits for the reply to it.
 */
typedef struct mapwright_reply mapwright_reply;

/**
 * An account of a loaded mapping. Threads may share it; it stays usable when its mapping is freed.
 */
typedef struct mapwright_session mapwright_session;

/**
 * Makes one request, whose JSON is `length` bytes at `request`, and sets the reply by `mapwright_reply_set`.
 *
 * See the section on the network at the top. 0: the reply is set. Any other number, or none set: no reply came, and
 * the request may have arrived.
 */
typedef int (*mapwright_call)(void *user, const uint8_t *request, size_t length, struct mapwright_reply *reply);

/**
 * How a program makes the requests of the library itself.
 */
typedef struct mapwright_network {
    /**
     * The function; not null.
     */
    mapwright_call call;
    /**
     * Handed to `call` as it is. The library never looks at it nor frees it.
     */
    void *user;
} mapwright_network;

/**
 * Bytes of the library that the program owns until it gives them back with `mapwright_buffer_free`.
 */
typedef struct mapwright_buffer {
    /**
     * The first byte; null when there are none. Behind the last one stands a NUL that `length` does not count.
     */
    uint8_t *data;
    /**
     * Number of bytes. Not to be changed.
     */
    size_t length;
} mapwright_buffer;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Number of the interface that the loaded library has. A program needs at least the `MAPWRIGHT_ABI` that it was
 * compiled with.
 */
uint32_t mapwright_abi_version(void);

/**
 * Version of the library as text, like `0.1.0`. It ends with a NUL and lives as long as the library; not to be
 * freed.
 */
const char *mapwright_version(void);

/**
 * Loads the text of a mapping and starts the threads that its events run on.
 *
 * `options` may be null with length 0; see the section on options at the top. `network` may be null: the library
 * makes the requests itself. What it points to is copied; its `user` has to live until the mapping and all its
 * sessions are freed.
 *
 * On success `*mapping` is a handle to be freed with `mapwright_mapping_free`, else null.
 * `MAPWRIGHT_STATUS_REFUSED`: the mapping has errors, which the problem has as `diagnostics`, or the options are
 * wrong. `MAPWRIGHT_STATUS_FAILED`: no threads or no HTTP client can be had. `problem` may be null.
 */
enum mapwright_status mapwright_mapping_load(const uint8_t *data,
                                             size_t length,
                                             const uint8_t *options,
                                             size_t options_length,
                                             const struct mapwright_network *network,
                                             struct mapwright_mapping **mapping,
                                             struct mapwright_buffer *problem);

/**
 * Loads a mapping file. `path` is UTF-8, and what diagnostics call the mapping where the options have no `name`.
 *
 * All else is as for `mapwright_mapping_load`. `MAPWRIGHT_STATUS_FAILED` also: the file cannot be read.
 */
enum mapwright_status mapwright_mapping_load_file(const uint8_t *path,
                                                  size_t path_length,
                                                  const uint8_t *options,
                                                  size_t options_length,
                                                  const struct mapwright_network *network,
                                                  struct mapwright_mapping **mapping,
                                                  struct mapwright_buffer *problem);

/**
 * Loads a text in place of the mapping that is loaded.
 *
 * Calls that begin later use it, in sessions that are open too; those under way end with the one before. An event
 * never sees two. `MAPWRIGHT_STATUS_REFUSED`: it has errors or is for another destination, and nothing has changed.
 * `problem` may be null. Threads may call it at any time.
 */
enum mapwright_status mapwright_mapping_reload(const struct mapwright_mapping *mapping,
                                               const uint8_t *data,
                                               size_t length,
                                               struct mapwright_buffer *problem);

/**
 * Loads a file in place of the mapping that is loaded, as `mapwright_mapping_reload` does.
 *
 * `MAPWRIGHT_STATUS_FAILED`: the file cannot be read, and nothing has changed.
 */
enum mapwright_status mapwright_mapping_reload_file(const struct mapwright_mapping *mapping,
                                                    const uint8_t *path,
                                                    size_t path_length,
                                                    struct mapwright_buffer *problem);

/**
 * Name of the destination, as text. It stays the same when the mapping is loaded again.
 */
enum mapwright_status mapwright_mapping_destination(const struct mapwright_mapping *mapping,
                                                    struct mapwright_buffer *result);

/**
 * Fingerprint of the mapping that is loaded at this moment, as text. Mappings that do the same thing by the same
 * text have the same one, in each process and on each machine.
 */
enum mapwright_status mapwright_mapping_hash(const struct mapwright_mapping *mapping,
                                             struct mapwright_buffer *result);

/**
 * Runs a batch of a transformer host's router and waits for it.
 *
 * The batch is `{"input": [{"message", "metadata", "destination"}…]}`, or the list alone; the settings of an account
 * are in its `destination`. Gives `{"output": […]}`. `can_filter` other than 0 says that the host knows status 298.
 * `MAPWRIGHT_STATUS_REFUSED`: the batch is not of this shape. A bad event is told in its output, not by the status.
 * Threads may call it at the same time; a callback of the network may not.
 */
enum mapwright_status mapwright_mapping_route(const struct mapwright_mapping *mapping,
                                              const uint8_t *batch,
                                              size_t length,
                                              int can_filter,
                                              struct mapwright_buffer *result);

/**
 * Runs a list of a transformer host's processor and waits for it.
 *
 * The list is `[{"message", "metadata", "destination"}…]`; gives a list with an element for each output. Errors and
 * threads are as for `mapwright_mapping_route`.
 */
enum mapwright_status mapwright_mapping_process(const struct mapwright_mapping *mapping,
                                                const uint8_t *list,
                                                size_t length,
                                                struct mapwright_buffer *result);

/**
 * Frees a mapping and sets the pointer to null; does nothing when it is null already.
 *
 * Sessions stay usable; the threads end with the last of them. Not while a call of this handle is under way, and not
 * in a callback of its network.
 */
void mapwright_mapping_free(struct mapwright_mapping **mapping);

/**
 * Opens a session for an account of the destination.
 *
 * `settings` is a JSON object with the settings that the mapping declares; others are not looked at.
 * On success `*session` is a handle to be freed with `mapwright_session_free`, else null.
 * `MAPWRIGHT_STATUS_REFUSED`: the settings are wrong, or the `endpoint` of the options is; the problem names them
 * without their values. `problem` may be null. Threads may call it at the same time.
 */
enum mapwright_status mapwright_session_open(const struct mapwright_mapping *mapping,
                                             const uint8_t *settings,
                                             size_t length,
                                             struct mapwright_session **session,
                                             struct mapwright_buffer *problem);

/**
 * Runs a list of events and waits for it: events of one user one after another, the others side by side.
 *
 * `events` is a JSON list. Gives a list of the same length and order, for each event
 * `{"outcome": "delivered" | "skipped" | "rejected" | "failed", "why"?, "statusCode", "request"?}`. `why` says why
 * it was not delivered. `statusCode` is what a transformer host would be told: 299 delivered, 298 skipped, 4xx not
 * to be tried again, 429 and 5xx to be tried again. `request` is one that the mapping leaves to the program, and
 * makes the code 200.
 * `MAPWRIGHT_STATUS_REFUSED`: it is no list, or the mapping, loaded again, does not take the settings any more; no
 * event was run. A bad event is told in its place in the list, not by the status.
 * Threads may call it at the same time, for one session too; a callback of the network may not. Events of one user
 * that come in two calls at the same time have no order.
 */
enum mapwright_status mapwright_session_transform(const struct mapwright_session *session,
                                                  const uint8_t *events,
                                                  size_t length,
                                                  struct mapwright_buffer *result);

/**
 * Frees a session and sets the pointer to null; does nothing when it is null already.
 *
 * Not while a call of this handle is under way, and not in a callback of its mapping's network.
 */
void mapwright_session_free(struct mapwright_session **session);

/**
 * Sets the reply to the request that a callback of the network is making. The bytes are copied.
 *
 * `reply` is the pointer that the callback was given; it is dead once the callback has returned.
 * `MAPWRIGHT_STATUS_REFUSED`: the reply is not of one of the shapes at the top, or has been set before; what was set
 * before stays. `problem` may be null. To be called from one thread at a time.
 */
enum mapwright_status mapwright_reply_set(struct mapwright_reply *reply,
                                          const uint8_t *data,
                                          size_t length,
                                          struct mapwright_buffer *problem);

/**
 * Frees the bytes of a buffer and makes it empty; does nothing for an empty one, so that freeing it twice is
 * harmless.
 *
 * A copy of the struct is not emptied and must not be freed.
 */
void mapwright_buffer_free(struct mapwright_buffer *buffer);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MAPWRIGHT_H */
