/* What the scenarios of the C host share: checks that say where they failed, and calls with texts that end in a NUL. */
#ifndef CHECK_H
#define CHECK_H

#include <mapwright.h>
#include <stdio.h>
#include <string.h>

extern int failures;

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

/* A text as the library takes it: pointer and length. */
#define TEXT(text) (const uint8_t *)(text), strlen(text)
#define NOTHING NULL, 0

static inline void check(int holds, const char *condition, const char *file, int line) {
    if (!holds) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
        failures++;
    }
}

static inline const char *shown(const mapwright_buffer *buffer) {
    return buffer->data != NULL ? (const char *)buffer->data : "";
}

/* Whether the buffer holds this text and nothing else; it is freed. */
static inline int is(mapwright_buffer *buffer, const char *text) {
    int same = buffer->length == strlen(text) && strcmp(shown(buffer), text) == 0;
    if (!same) {
        fprintf(stderr, "not `%s`: %s\n", text, shown(buffer));
    }
    mapwright_buffer_free(buffer);
    return same;
}

/* Whether the text is in the buffer; it is freed. */
static inline int has(mapwright_buffer *buffer, const char *text) {
    int found = strstr(shown(buffer), text) != NULL;
    if (!found) {
        fprintf(stderr, "no `%s` in: %s\n", text, shown(buffer));
    }
    mapwright_buffer_free(buffer);
    return found;
}

/* A mapping for a destination that takes people, by one request each. */
extern const char *const PEOPLE;
mapwright_mapping *load(const char *text, const char *options, const mapwright_network *network);
mapwright_session *open_session(const mapwright_mapping *mapping, const char *settings);

void arguments(void);
void networks(void);
void threads(void);

#endif
