/* A program that makes the requests itself, well and badly, and threads that share a session. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#define SETTINGS "{\"token\": \"canary\"}"
#define ADA "{\"type\": \"identify\", \"userId\": \"ada\", \"traits\": {\"name\": \"Ada\"}}"

/* What a network does, and what it saw. */
struct network {
    const char *reply;
    int code;
    mapwright_session *session;
    atomic_int calls;
    atomic_int wrong;
};

static int answer(void *user, const uint8_t *request, size_t length, mapwright_reply *reply) {
    struct network *network = user;
    char text[1000] = "";
    atomic_fetch_add(&network->calls, 1);
    if (length < sizeof text) {
        memcpy(text, request, length);
    }
    if (strstr(text, "{\"method\":\"PUT\",\"url\":\"https://api.people.example/people/") != text ||
        strstr(text, "\"authorization\":\"Bearer canary\"") == NULL ||
        strstr(text, "\"body\":\"{\\\"name\\\":\\\"Ada\\\"}\"") == NULL) {
        atomic_fetch_add(&network->wrong, 1);
    }
    if (network->reply == NULL) {
        return network->code;
    }
    if (mapwright_reply_set(reply, TEXT(network->reply), NULL) != MAPWRIGHT_STATUS_OK) {
        return 1;
    }
    return network->code;
}

/* A connection that breaks must not end the program: threads of the library do not let the signal through. */
static int holds_signals_back(void) {
    sigset_t blocked;
    return pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0 && sigismember(&blocked, SIGPIPE) == 1;
}

/* Does what a callback must not do, and a reply after all. */
static int misuse(void *user, const uint8_t *request, size_t length, mapwright_reply *reply) {
    struct network *network = user;
    mapwright_buffer problem;
    (void)request, (void)length;
    CHECK(holds_signals_back());
    CHECK(mapwright_session_transform(network->session, TEXT("[]"), &problem) == MAPWRIGHT_STATUS_INVALID_ARGUMENT);
    CHECK(has(&problem, "a callback of the network cannot run events"));
    CHECK(mapwright_reply_set(reply, TEXT("{\"state\": 200}"), &problem) == MAPWRIGHT_STATUS_REFUSED);
    CHECK(has(&problem, "the reply is not of the shape"));
    CHECK(mapwright_reply_set(reply, (const uint8_t *)"\xff", 1, NULL) == MAPWRIGHT_STATUS_INVALID_ARGUMENT);
    CHECK(mapwright_reply_set(reply, TEXT("{\"status\": 204}"), &problem) == MAPWRIGHT_STATUS_OK);
    CHECK(mapwright_reply_set(reply, TEXT("{\"status\": 500}"), &problem) == MAPWRIGHT_STATUS_REFUSED);
    CHECK(has(&problem, "has its reply already"));
    return 0;
}

static void carry(mapwright_call call, const char *reply, int code, const char *outcome) {
    struct network network = {reply, code, NULL, 0, 0};
    mapwright_network given = {call, &network};
    mapwright_mapping *mapping = load(PEOPLE, "{\"attempts\": 1}", &given);
    mapwright_buffer result;
    network.session = open_session(mapping, SETTINGS);
    CHECK(mapwright_session_transform(network.session, TEXT("[" ADA "]"), &result) == MAPWRIGHT_STATUS_OK);
    CHECK(has(&result, outcome));
    CHECK(network.calls == (call == answer) && network.wrong == 0);
    mapwright_session_free(&network.session);
    mapwright_mapping_free(&mapping);
}

void networks(void) {
    carry(answer, "{\"status\": 200, \"headers\": {}, \"body\": \"{}\"}", 0, "\"outcome\":\"delivered\"");
    carry(answer, "{\"status\": 422, \"body\": \"{}\"}", 0, "\"outcome\":\"rejected\"");
    carry(answer, "{\"unreachable\": \"no route\"}", 0, "no route");
    carry(answer, "{\"timeout\": true}", 0, "\"outcome\":\"failed\"");
    carry(answer, "{\"status\": 200}", 1, "\"outcome\":\"failed\"");
    carry(answer, "{\"status\": \"200\"}", 0, "\"outcome\":\"failed\"");
    carry(answer, NULL, 0, "\"outcome\":\"failed\"");
    carry(misuse, NULL, 0, "\"outcome\":\"delivered\"");
}

enum { THREADS = 4, CALLS = 5 };

struct work {
    mapwright_mapping *mapping;
    mapwright_session *session;
    atomic_int delivered;
};

static void *run_events(void *given) {
    struct work *work = given;
    for (int call = 0; call < CALLS; call++) {
        mapwright_buffer result;
        if (mapwright_session_transform(work->session, TEXT("[" ADA ", " ADA "]"), &result) == MAPWRIGHT_STATUS_OK &&
            is(&result, "[{\"outcome\":\"delivered\",\"statusCode\":299},{\"outcome\":\"delivered\",\"statusCode\":299}]")) {
            atomic_fetch_add(&work->delivered, 2);
        }
        if (mapwright_mapping_reload(work->mapping, TEXT(PEOPLE), NULL) != MAPWRIGHT_STATUS_OK) {
            atomic_fetch_add(&work->delivered, -1000);
        }
    }
    return NULL;
}

void threads(void) {
    struct network network = {"{\"status\": 200}", 0, NULL, 0, 0};
    mapwright_network given = {answer, &network};
    struct work work = {load(PEOPLE, "{\"callbacks\": 3}", &given), NULL, 0};
    work.session = open_session(work.mapping, SETTINGS);
    pthread_t started[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&started[i], NULL, run_events, &work) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(started[i], NULL) == 0);
    }
    CHECK(work.delivered == 2 * THREADS * CALLS);
    CHECK(network.calls == 2 * THREADS * CALLS && network.wrong == 0);
    mapwright_session_free(&work.session);
    mapwright_mapping_free(&work.mapping);
}
