/* Calls that are wrong: null pointers, lengths that cannot be, bytes that are not UTF-8, options and settings. */
#include "check.h"

#define INVALID MAPWRIGHT_STATUS_INVALID_ARGUMENT
#define REFUSED MAPWRIGHT_STATUS_REFUSED
#define ENDLESS (const uint8_t *)"x", SIZE_MAX
#define NO_UTF8 (const uint8_t *)"ab\xff", 3

static void of_loading(void) {
    mapwright_mapping *mapping = NULL;
    mapwright_buffer problem;
    CHECK(mapwright_mapping_load(NOTHING, NOTHING, NULL, &mapping, &problem) == INVALID);
    CHECK(has(&problem, "the mapping: the pointer is null"));
    CHECK(mapwright_mapping_load(NULL, 7, NOTHING, NULL, &mapping, &problem) == INVALID);
    CHECK(has(&problem, "the length 7"));
    CHECK(mapwright_mapping_load(ENDLESS, NOTHING, NULL, &mapping, &problem) == INVALID);
    CHECK(has(&problem, "larger than any object"));
    CHECK(mapwright_mapping_load(NO_UTF8, NOTHING, NULL, &mapping, &problem) == INVALID);
    CHECK(has(&problem, "not UTF-8 from byte 2 on"));
    CHECK(mapwright_mapping_load(TEXT(PEOPLE), NULL, 2, NULL, &mapping, &problem) == INVALID);
    CHECK(has(&problem, "the options"));
    CHECK(mapwright_mapping_load(TEXT(PEOPLE), NOTHING, NULL, NULL, &problem) == INVALID);
    CHECK(has(&problem, "the place for the handle is null"));
    CHECK(mapwright_mapping_load_file(NO_UTF8, NOTHING, NULL, &mapping, NULL) == INVALID);
    mapwright_network network = {NULL, NULL};
    CHECK(mapwright_mapping_load(TEXT(PEOPLE), NOTHING, &network, &mapping, &problem) == INVALID);
    CHECK(has(&problem, "the network has no function"));
    CHECK(mapping == NULL);
}

static void of_options(void) {
    const char *const wrong[] = {"{\"endpont\": \"\"}", "{\"concurrency\": 0}",  "{\"attempts\": \"2\"}",
                                 "{\"finish\": \"me\"}", "{\"callbacks\": 70000}", "{\"threads\": -1}",
                                 "[",                    ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        mapwright_mapping *mapping = NULL;
        mapwright_buffer problem;
        CHECK(mapwright_mapping_load(TEXT(PEOPLE), TEXT(wrong[i]), NULL, &mapping, &problem) == REFUSED);
        CHECK(has(&problem, "the options are wrong"));
    }
    mapwright_mapping *mapping = NULL;
    mapwright_buffer problem;
    const char *endpoint = "{\"endpoint\": \"http://api.example\"}";
    CHECK(mapwright_mapping_load(TEXT(PEOPLE), TEXT(endpoint), NULL, &mapping, &problem) == REFUSED);
    CHECK(has(&problem, "the endpoint must begin with https"));
    CHECK(mapping == NULL);
}

static void of_sessions(void) {
    mapwright_mapping *mapping = load(PEOPLE, "{\"name\": \"people.yaml\", \"concurrency\": 2, \"finish\": \"host\"}", NULL);
    mapwright_session *session = NULL;
    mapwright_buffer result;
    CHECK(mapwright_session_open(mapping, TEXT("{\"token\": [\"canary\"]}"), &session, &result) == REFUSED);
    CHECK(session == NULL && strstr(shown(&result), "canary") == NULL);
    CHECK(has(&result, "token"));
    CHECK(mapwright_session_open(mapping, TEXT("[]"), &session, NULL) == REFUSED);
    CHECK(mapwright_session_open(mapping, NO_UTF8, &session, NULL) == INVALID);
    CHECK(mapwright_session_open(NULL, TEXT("{}"), &session, &result) == INVALID);
    CHECK(has(&result, "the mapping is null"));
    session = open_session(mapping, "{\"token\": \"t\"}");
    CHECK(mapwright_session_transform(session, TEXT("{}"), &result) == REFUSED);
    CHECK(has(&result, "the events are no list"));
    CHECK(mapwright_session_transform(session, ENDLESS, &result) == INVALID);
    CHECK(has(&result, "the events"));
    CHECK(mapwright_session_transform(session, NO_UTF8, &result) == INVALID);
    CHECK(has(&result, "not UTF-8"));
    CHECK(mapwright_session_transform(session, TEXT("[]"), NULL) == INVALID);
    CHECK(mapwright_session_transform(NULL, TEXT("[]"), &result) == INVALID);
    CHECK(has(&result, "the session is null"));
    CHECK(mapwright_session_transform(session, TEXT("[]"), &result) == MAPWRIGHT_STATUS_OK);
    CHECK(is(&result, "[]"));
    CHECK(mapwright_mapping_route(mapping, TEXT("7"), 0, &result) == REFUSED);
    CHECK(has(&result, "the batch cannot be read"));
    CHECK(mapwright_mapping_process(mapping, NOTHING, &result) == INVALID);
    CHECK(has(&result, "the list: the pointer is null"));
    mapwright_session_free(&session);
    mapwright_mapping_free(&mapping);
}

static void of_null_handles(void) {
    mapwright_buffer result;
    CHECK(mapwright_mapping_reload(NULL, TEXT(PEOPLE), &result) == INVALID);
    CHECK(has(&result, "the mapping is null"));
    CHECK(mapwright_mapping_reload_file(NULL, NO_UTF8, NULL) == INVALID);
    CHECK(mapwright_mapping_hash(NULL, &result) == INVALID);
    CHECK(has(&result, "the mapping is null"));
    CHECK(mapwright_mapping_destination(NULL, NULL) == INVALID);
    CHECK(mapwright_mapping_route(NULL, TEXT("[]"), 1, NULL) == INVALID);
    CHECK(mapwright_reply_set(NULL, TEXT("{}"), NULL) == INVALID);
}

static void of_freeing(void) {
    mapwright_mapping *mapping = load(PEOPLE, "{}", NULL);
    mapwright_session *session = open_session(mapping, "{\"token\": \"t\"}");
    mapwright_buffer result;
    CHECK(mapwright_mapping_hash(mapping, &result) == MAPWRIGHT_STATUS_OK);
    for (int times = 0; times < 2; times++) {
        mapwright_buffer_free(&result);
        CHECK(result.data == NULL && result.length == 0);
        mapwright_mapping_free(&mapping);
        CHECK(mapping == NULL);
        mapwright_session_free(&session);
        CHECK(session == NULL);
    }
    mapwright_buffer_free(NULL);
    mapwright_mapping_free(NULL);
    mapwright_session_free(NULL);
}

void arguments(void) {
    of_loading();
    of_options();
    of_sessions();
    of_null_handles();
    of_freeing();
}
