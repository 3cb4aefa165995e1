// The two functions that a host calls, with the shapes that it knows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { classicPath, config, identify, input, loaded, mapwright, sandbox } from "./world.mjs";

const { EventError } = mapwright;
const canFilter = { features: { "filter-code": true } };
const filtered = { type: "identify", userId: "ada", integrations: { All: false } };
const tags = {
  errorCategory: "dataValidation",
  errorType: "instrumentation",
  destType: "ZENDESK",
  module: "destination",
  implementation: "native",
  destinationId: "dest-1",
  workspaceId: "ws-1",
};

/** A mapping that leaves the last request to the host. */
async function classic(test) {
  const destination = await sandbox(test);
  return { destination, mapping: mapwright.destination(classicPath, { endpoint: destination.url }) };
}

const rejected = (promise) => promise.then(assert.fail, (error) => error);

test("a batch of the router has an element for each event, with what came as it came", async (t) => {
  const { mapping } = await loaded(t);
  const { processRouterDest } = mapping;
  const inputs = [input(1, identify("ada")), input(2, { type: "page", userId: "eve" }), input(3, filtered)];
  const output = await processRouterDest(inputs, canFilter);
  assert.deepEqual(
    output.map(({ statusCode, batched }) => [statusCode, batched]),
    [[299, false], [400, false], [298, false]],
  );
  for (const [index, element] of output.entries()) {
    assert.deepEqual(element.metadata, [inputs[index].metadata]);
    assert.deepEqual(element.destination, inputs[index].destination);
  }
  assert.equal(output[1].error, "Event type page is not supported");
  assert.deepEqual(output[1].statTags, { ...tags, feature: "router" });
  assert(!("error" in output[0]) && !("statTags" in output[0]));
});

test("status 298 is for callers that know it", async (t) => {
  const { mapping } = await loaded(t);
  for (const reqMetadata of [undefined, {}, { features: { "filter-code": false } }]) {
    const [element] = await mapping.processRouterDest([input(1, filtered)], reqMetadata);
    assert.equal(element.statusCode, 299);
  }
});

test("a bad input spoils itself only", async (t) => {
  const { mapping } = await loaded(t);
  const badSettings = input(3, identify("eve"), { destination: { ID: "dest-2", Config: { domain: "/" } } });
  const output = await mapping.processRouterDest([null, input(2, identify("ada")), badSettings, { message: {} }]);
  assert.deepEqual(output.map(({ statusCode }) => statusCode), [400, 299, 400, 500]);
  assert.equal(output[2].statTags.errorType, "configuration");
  assert.deepEqual(await mapping.processRouterDest([]), []);
  await assert.rejects(mapping.processRouterDest({}), TypeError);
});

test("a batch of 1,000 is answered in its order", async (t) => {
  const { mapping, destination } = await loaded(t);
  const inputs = Array.from({ length: 1000 }, (_, index) => input(index, identify(`user-${index}`)));
  const output = await mapping.processRouterDest(inputs);
  assert.deepEqual(output.map(({ metadata: [{ jobId }] }) => jobId), inputs.map(({ metadata: { jobId } }) => jobId));
  assert(output.every(({ statusCode }) => statusCode === 299));
  assert.equal((await destination.state()).users.length, 1000);
});

test("settings may come from the event", async (t) => {
  const { mapping } = await loaded(t);
  const Config = { ...config, domain: "{{ message.traits.domain || other }}" };
  const dynamic = input(1, identify("ada", { domain: "acme" }), { destination: { ID: "dest-1", Config } });
  const [element] = await mapping.processRouterDest([dynamic]);
  assert.equal(element.statusCode, 299);
  assert.equal(element.destination.Config.domain, "acme");
});

test("what the mapping leaves to the host is a request", async (t) => {
  const { destination, mapping } = await classic(t);
  await mapping.process(input(1, identify("ada")));
  const before = (await destination.writes()).length;
  const track = { type: "track", userId: "ada", event: "Seen", context: { traits: { email: "ada@acme.test" } } };
  const request = await mapping.process(input(2, track));
  assert.equal(request.type, "REST");
  assert.equal(request.method, "POST");
  assert.match(request.endpoint, /\/users\/\d+\/events/);
  assert.equal(typeof request.userId, "string");
  const [element] = await mapping.processRouterDest([input(3, track)]);
  assert.equal(element.statusCode, 200);
  assert.equal(element.batchedRequest.endpoint, request.endpoint);
  const sent = (await destination.writes()).slice(before).filter(({ path }) => path.includes("/events"));
  assert.deepEqual(sent, []);
});

test("what an earlier call made of an event comes back", async (t) => {
  const { mapping } = await loaded(t);
  const message = { statusCode: 200, type: "REST", endpoint: "https://acme.example" };
  assert.deepEqual(await mapping.process(input(1, message)), message);
});

test("an event that fails rejects with status and tags", async (t) => {
  const { destination, mapping } = await loaded(t, { attempts: 1 });
  const error = await rejected(mapping.process(input(1, { type: "page" })));
  assert(error instanceof EventError && error instanceof Error);
  assert.equal(error.message, "Event type page is not supported");
  assert.deepEqual([error.status, error.statusCode], [400, 400]);
  assert.deepEqual(error.statTags, { ...tags, feature: "processor" });

  await destination.fault({ path: "/api/v2/users/create_or_update", status: 503, body: {} });
  const later = await rejected(mapping.process(input(2, identify("ada"))));
  assert.equal(later.statusCode, 503);
  assert.equal(later.statTags.errorType, "retryable");
});

test("an event with nothing to send rejects as filtered", async (t) => {
  const { destination, mapping } = await loaded(t);
  const skipped = await rejected(mapping.process(input(1, filtered)));
  assert.deepEqual([skipped.status, skipped.statTags.errorType], [298, "filtered"]);
  const delivered = await rejected(mapping.process(input(2, identify("ada"))));
  assert.deepEqual([delivered.status, delivered.statTags], [298, undefined]);
  assert.match(delivered.message, /delivered/);
  assert.equal((await destination.state()).users.length, 1);
  await assert.rejects(mapping.process(undefined), EventError);
});
