// Loading mappings, what is refused, and loading them again.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

import { collected, config, identify, loaded, mappingPath, mapwright, native } from "./world.mjs";

const { MappingError, destination, load } = mapwright;
const text = await readFile(mappingPath, "utf8");

test("a mapping is loaded from its path or its text", async () => {
  const [fromPath, fromBuffer] = await Promise.all([load(mappingPath), load(Buffer.from(text))]);
  assert.equal(fromPath.destination, "zendesk");
  assert.match(fromPath.hash, /^[0-9a-f]+$/);
  assert.equal(fromBuffer.hash, fromPath.hash);
  assert.equal(destination(mappingPath).hash, fromPath.hash);
});

test("a mapping with errors rejects with its diagnostics", async () => {
  const error = await load(Buffer.from(text.replace("flows:", "flwos:"))).catch((error) => error);
  assert(error instanceof MappingError && error instanceof Error);
  const unknown = error.diagnostics.find(({ message }) => message.includes("flwos"));
  assert.equal(unknown.severity, "error");
  assert.equal(unknown.line, text.split("\n").indexOf("flows:") + 1);
  assert.match(error.message, /flwos/);
});

test("a host that starts with a bad mapping stops at once", () => {
  assert.throws(() => destination(import.meta.filename), MappingError);
  assert.throws(() => destination("no-such-file.yaml"), { code: "ENOENT" });
});

test("a file that is not there rejects", async () => {
  await assert.rejects(load("no-such-file.yaml"), { code: "ENOENT" });
});

test("unknown and wrong options are refused", async () => {
  const refused = async (options, message) => {
    await assert.rejects(load(mappingPath, options), { message });
    assert.throws(() => destination(mappingPath, options), { message });
  };
  await refused({ endpont: "http://127.0.0.1:1" }, /^options: .*`endpont`.*`endpoint`/);
  await refused({ finish: "nobody" }, /^options: .*`nobody`.*`engine`/);
  await refused({ concurrency: 0 }, /^options: .*`0`.*nonzero/);
  await refused({ attempts: 0 }, /^options: .*`0`.*nonzero/);
  await refused({ attempts: "2" }, /^options: .*string "2"/);
  await refused({ endpoint: "sandbox" }, /^the endpoint is not a URL/);
  await refused({ endpoint: "http://acme.example" }, /^the endpoint must begin with https/);
  await refused({ network: {} }, /^options: `network`/);
});

test("a mapping is loaded in place of the one before", async (t) => {
  const { destination, mapping } = await loaded(t);
  const session = await mapping.open(config);
  const before = mapping.hash;
  await session.transform([identify("ada")]);
  await mapping.reload(Buffer.from(text.replace("default: Rudder,", "default: Changed,")));
  assert.notEqual(mapping.hash, before);
  const [{ outcome }] = await session.transform([{ type: "track", userId: "ada", event: "Seen" }]);
  assert.equal(outcome, "delivered");
  const event = (await destination.writes()).find(({ path }) => path.endsWith("/events"));
  assert.equal(JSON.parse(JSON.stringify(event.body)).event.source, "Changed");
});

test("what is no better mapping changes nothing", async () => {
  const mapping = await load(mappingPath);
  const before = mapping.hash;
  await assert.rejects(mapping.reload(Buffer.from("format: 1\n")), (error) => error.diagnostics.length > 0);
  const other = Buffer.from(text.replace("destination: zendesk", "destination: other"));
  await assert.rejects(mapping.reload(other), { name: "MappingError", message: /`other`/, diagnostics: [] });
  assert.equal(mapping.hash, before);
});

test("what a mapping holds is freed with it", async () => {
  let network = async () => ({ status: 500 });
  const reference = new WeakRef(network);
  await (await (await load(mappingPath, { network })).open(config)).transform([]);
  network = undefined;
  assert(await collected(reference), "the mapping still holds its network");
});

test("each worker thread has its own mappings", async () => {
  const { hash } = await load(mappingPath);
  for (let turn = 0; turn < 3; turn += 1) {
    const worker = new Worker(join(import.meta.dirname, "worker.mjs"), { workerData: mappingPath });
    const exited = once(worker, "exit");
    assert.deepEqual(await once(worker, "message"), [hash]);
    assert.deepEqual(await exited, [0]);
  }
  assert.equal((await load(mappingPath)).hash, hash);
});

test("a panic is an exception or a rejection", { skip: !native.panicNow && "a release build" }, async () => {
  assert.throws(() => native.panicNow(), { message: /a panic in a call/ });
  await assert.rejects(native.panicLater(), { message: /a panic behind a promise/ });
  assert.equal((await load(mappingPath)).destination, "zendesk");
});
