/*
 * A small host in C: reads events from a file, a JSON object a line, runs them in batches and prints what became of each.
 *
 *   c-host MAPPING SETTINGS EVENTS [ENDPOINT]
 *
 * SETTINGS is a JSON file with the settings of the account. ENDPOINT replaces the destination, for example by
 * `mapwright sandbox`: http://127.0.0.1:8085. Exits with 1 when something failed, 2 when it is called wrongly.
 */
#include <mapwright.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 100 };

/* Text that grows. */
struct text {
    char *bytes;
    size_t length, room;
};

static void add(struct text *text, const char *bytes, size_t length) {
    if (text->room - text->length < length) {
        text->room = 2 * (text->length + length);
        text->bytes = realloc(text->bytes, text->room);
        if (text->bytes == NULL) {
            perror("c-host");
            exit(1);
        }
    }
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
}

static bool read_file(const char *path, struct text *text) {
    FILE *file = fopen(path, "rb");
    char part[4096];
    size_t length;
    if (file == NULL) {
        perror(path);
        return false;
    }
    while ((length = fread(part, 1, sizeof part, file)) > 0) {
        add(text, part, length);
    }
    bool is_whole = ferror(file) == 0;
    fclose(file);
    return is_whole;
}

/* Prints what the library says about a call that failed, and frees it. */
static bool is_done(const char *what, mapwright_status status, mapwright_buffer *problem) {
    if (status != MAPWRIGHT_STATUS_OK) {
        fprintf(stderr, "%s: status %d: %.*s\n", what, (int)status, (int)problem->length, (const char *)problem->data);
        mapwright_buffer_free(problem);
    }
    return status == MAPWRIGHT_STATUS_OK;
}

/* Prints each object of a JSON list on a line of its own. */
static void print_each(const mapwright_buffer *list) {
    int depth = 0;
    bool in_string = false;
    for (size_t i = 1; i + 1 < list->length; i++) {
        char c = (char)list->data[i];
        if (in_string && c == '\\') {
            putchar(c);
            c = (char)list->data[++i];
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string) {
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        }
        putchar(depth == 0 && c == ',' ? '\n' : c);
    }
    putchar('\n');
}

/* Runs the events of a batch, which is a JSON list without its end. */
static bool run(const mapwright_session *session, struct text *batch) {
    mapwright_buffer result;
    add(batch, "]", 1);
    mapwright_status status =
        mapwright_session_transform(session, (const uint8_t *)batch->bytes, batch->length, &result);
    batch->length = 0;
    if (!is_done("the events", status, &result)) {
        return false;
    }
    print_each(&result);
    mapwright_buffer_free(&result);
    return true;
}

static bool run_all(const mapwright_session *session, const struct text *events) {
    struct text batch = {NULL, 0, 0};
    const char *line = events->bytes, *end = events->bytes + events->length;
    int held = 0;
    bool is_good = true;
    while (is_good && line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((next != NULL ? next : end) - line);
        if (length > 0) {
            add(&batch, held == 0 ? "[" : ",", 1);
            add(&batch, line, length);
            held++;
        }
        line = next != NULL ? next + 1 : end;
        if (held == BATCH || (held > 0 && line == end)) {
            is_good = run(session, &batch);
            held = 0;
        }
    }
    free(batch.bytes);
    return is_good;
}

int main(int argc, char **argv) {
    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: c-host MAPPING SETTINGS EVENTS [ENDPOINT]\n");
        return 2;
    }
    struct text settings = {NULL, 0, 0}, events = {NULL, 0, 0}, options = {NULL, 0, 0};
    mapwright_mapping *mapping = NULL;
    mapwright_session *session = NULL;
    mapwright_buffer problem;
    if (argc == 5) {
        add(&options, "{\"endpoint\": \"", 14);
        add(&options, argv[4], strlen(argv[4]));
        add(&options, "\"}", 2);
    }
    bool is_good =
        read_file(argv[2], &settings) && read_file(argv[3], &events) &&
        is_done("the mapping",
                mapwright_mapping_load_file((const uint8_t *)argv[1], strlen(argv[1]), (const uint8_t *)options.bytes,
                                            options.length, NULL, &mapping, &problem),
                &problem) &&
        is_done("the settings",
                mapwright_session_open(mapping, (const uint8_t *)settings.bytes, settings.length, &session, &problem),
                &problem) &&
        run_all(session, &events);
    mapwright_session_free(&session);
    mapwright_mapping_free(&mapping);
    free(settings.bytes);
    free(events.bytes);
    free(options.bytes);
    return is_good ? 0 : 1;
}
