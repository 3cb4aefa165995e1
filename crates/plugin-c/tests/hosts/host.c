/* A program that has the library as its host would: host MAPPING ENDPOINT. Exits with 1 when something is not as it
 * should be. ENDPOINT is a Zendesk that answers on loopback. */
#include "check.h"

int failures = 0;

const char *const PEOPLE =
    "format: 1\n"
    "destination: people\n"
    "order_by: [$.userId]\n"
    "config: {token: {type: secret, required: true}}\n"
    "service:\n"
    "  base_url: {value: \"https://api.people.example\"}\n"
    "  auth: [{bearer: $config.token}]\n"
    "  errors: {429: retry, 4xx: reject, 5xx: retry, timeout: retry, unreachable: retry}\n"
    "tables:\n"
    "  person: {rows: {name: {from: $.traits.name, as: string, required: No name}}}\n"
    "flows:\n"
    "  identify:\n"
    "    event: identify\n"
    "    steps: [{person: {put: \"/people/:id\", with: {id: $.userId}, body: person}}]\n";

mapwright_mapping *load(const char *text, const char *options, const mapwright_network *network) {
    mapwright_mapping *mapping = NULL;
    mapwright_buffer problem;
    mapwright_status status = mapwright_mapping_load(TEXT(text), TEXT(options), network, &mapping, &problem);
    if (status != MAPWRIGHT_STATUS_OK) {
        fprintf(stderr, "not loaded: %s\n", shown(&problem));
        failures++;
    }
    mapwright_buffer_free(&problem);
    return mapping;
}

mapwright_session *open_session(const mapwright_mapping *mapping, const char *settings) {
    mapwright_session *session = NULL;
    mapwright_buffer problem;
    if (mapwright_session_open(mapping, TEXT(settings), &session, &problem) != MAPWRIGHT_STATUS_OK) {
        fprintf(stderr, "not opened: %s\n", shown(&problem));
        failures++;
    }
    mapwright_buffer_free(&problem);
    return session;
}

static void versions(void) {
    CHECK(mapwright_abi_version() == MAPWRIGHT_ABI);
    CHECK(strchr(mapwright_version(), '.') != NULL);
}

#define SETTINGS "{\"domain\": \"acme\", \"email\": \"admin@acme.test\", \"apiToken\": \"canary-token\", \"sourceName\": \"\"}"
#define IDENTIFY(user) "{\"type\": \"identify\", \"userId\": \"" user "\", \"traits\": {\"name\": \"A\", \"email\": \"" user "@acme.test\"}}"
#define ITEM(user) "{\"message\": " IDENTIFY(user) ", \"metadata\": {\"jobId\": 1, \"userId\": \"u\"}, \"destination\": {\"ID\": \"d\", \"Config\": " SETTINGS "}}"

static void a_shipped_mapping(const char *path, const char *endpoint) {
    char options[200];
    snprintf(options, sizeof options, "{\"endpoint\": \"%s\", \"attempts\": 1}", endpoint);
    mapwright_mapping *mapping = NULL;
    mapwright_buffer result;
    CHECK(mapwright_mapping_load_file(TEXT(path), TEXT(options), NULL, &mapping, &result) == MAPWRIGHT_STATUS_OK);
    CHECK(is(&result, ""));
    CHECK(mapwright_mapping_destination(mapping, &result) == MAPWRIGHT_STATUS_OK);
    CHECK(is(&result, "zendesk"));
    mapwright_session *session = open_session(mapping, SETTINGS);
    const char *events = "[" IDENTIFY("ada") ", {\"type\": \"page\"}, 1]";
    CHECK(mapwright_session_transform(session, TEXT(events), &result) == MAPWRIGHT_STATUS_OK);
    CHECK(is(&result, "[{\"outcome\":\"delivered\",\"statusCode\":299},"
                      "{\"outcome\":\"rejected\",\"why\":\"Event type page is not supported\",\"statusCode\":400},"
                      "{\"outcome\":\"rejected\",\"why\":\"the event is not an object but a whole number\",\"statusCode\":400}]"));
    mapwright_session_free(&session);
    const char *batch = "{\"input\": [" ITEM("bob") "], \"destType\": \"zendesk\"}";
    CHECK(mapwright_mapping_route(mapping, TEXT(batch), 1, &result) == MAPWRIGHT_STATUS_OK);
    CHECK(has(&result, "\"statusCode\":299"));
    const char *list = "[" ITEM("eve") "]";
    CHECK(mapwright_mapping_process(mapping, TEXT(list), &result) == MAPWRIGHT_STATUS_OK);
    CHECK(has(&result, "\"metadata\":{\"jobId\": 1, \"userId\": \"u\"}"));
    mapwright_mapping_free(&mapping);
}

static void mappings_with_errors(void) {
    mapwright_mapping *mapping = (mapwright_mapping *)&failures;
    mapwright_buffer problem;
    const char *options = "{\"name\": \"new.yaml\"}";
    CHECK(mapwright_mapping_load(TEXT("format: 1\n"), TEXT(options), NULL, &mapping, &problem) == MAPWRIGHT_STATUS_REFUSED);
    CHECK(mapping == NULL);
    CHECK(has(&problem, "\"diagnostics\":[{\"code\":"));
    CHECK(mapwright_mapping_load(TEXT("format: 1\n"), TEXT(options), NULL, &mapping, &problem) == MAPWRIGHT_STATUS_REFUSED);
    CHECK(has(&problem, "\"file\":\"new.yaml\""));
    CHECK(mapwright_mapping_load(TEXT("format: 1\n"), NOTHING, NULL, &mapping, NULL) == MAPWRIGHT_STATUS_REFUSED);
    CHECK(mapwright_mapping_load_file(TEXT("/no/such.yaml"), NOTHING, NULL, &mapping, &problem) == MAPWRIGHT_STATUS_FAILED);
    CHECK(has(&problem, "/no/such.yaml"));
}

static void reloads(void) {
    mapwright_mapping *mapping = load(PEOPLE, "{}", NULL);
    mapwright_buffer before, after, problem;
    CHECK(mapwright_mapping_hash(mapping, &before) == MAPWRIGHT_STATUS_OK);
    CHECK(mapwright_mapping_reload(mapping, TEXT("format: 1\n"), &problem) == MAPWRIGHT_STATUS_REFUSED);
    CHECK(has(&problem, "\"file\":\"mapping.yaml\""));
    CHECK(mapwright_mapping_reload_file(mapping, TEXT("/no/such.yaml"), &problem) == MAPWRIGHT_STATUS_FAILED);
    CHECK(has(&problem, "cannot be read"));
    CHECK(mapwright_mapping_hash(mapping, &after) == MAPWRIGHT_STATUS_OK);
    CHECK(is(&after, shown(&before)));

    char other[2000];
    snprintf(other, sizeof other, "%s", PEOPLE);
    memcpy(strstr(other, "people"), "others", 6);
    CHECK(mapwright_mapping_reload(mapping, TEXT(other), &problem) == MAPWRIGHT_STATUS_REFUSED);
    CHECK(has(&problem, "another destination"));
    snprintf(other, sizeof other, "%s", PEOPLE);
    memcpy(strstr(other, "No name"), "Unnamed", 7);
    CHECK(mapwright_mapping_reload(mapping, TEXT(other), NULL) == MAPWRIGHT_STATUS_OK);
    CHECK(mapwright_mapping_hash(mapping, &after) == MAPWRIGHT_STATUS_OK);
    CHECK(strcmp(shown(&after), shown(&before)) != 0);
    mapwright_buffer_free(&after);
    mapwright_buffer_free(&before);

    mapwright_session *session = open_session(mapping, "{\"token\": \"t\"}");
    mapwright_mapping_free(&mapping);
    CHECK(mapwright_session_transform(session, TEXT("[{\"type\": \"identify\", \"userId\": \"a\"}]"), &after) == MAPWRIGHT_STATUS_OK);
    CHECK(has(&after, "Unnamed"));
    mapwright_session_free(&session);
}

#ifdef PANICS
mapwright_status mapwright_test_panic(mapwright_buffer *problem);

static void panics(void) {
    mapwright_buffer problem;
    CHECK(mapwright_test_panic(&problem) == MAPWRIGHT_STATUS_PANIC);
    CHECK(has(&problem, "panicked: as the test wants it"));
    CHECK(mapwright_test_panic(NULL) == MAPWRIGHT_STATUS_PANIC);
}
#endif

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: host MAPPING ENDPOINT\n");
        return 2;
    }
    versions();
    a_shipped_mapping(argv[1], argv[2]);
    mappings_with_errors();
    arguments();
    networks();
    reloads();
    threads();
#ifdef PANICS
    panics();
#endif
    return failures == 0 ? 0 : 1;
}
