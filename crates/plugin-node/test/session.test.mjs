// Sessions: outcomes, order, many calls at once, and the event loop meanwhile.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";

import { config, identify, mappingPath, mapwright, opened, sandbox } from "./world.mjs";

const range = (length) => Array.from({ length }, (_, index) => index);

test("each event has its outcome", async (t) => {
  const { destination, session } = await opened(t);
  const filtered = { type: "identify", integrations: { All: false } };
  const outcomes = await session.transform([identify("ada"), { type: "page" }, filtered, undefined]);
  assert.deepEqual(outcomes.slice(0, 2), [
    { outcome: "delivered", statusCode: 299 },
    { outcome: "rejected", why: "Event type page is not supported", statusCode: 400 },
  ]);
  assert.deepEqual([outcomes[2].outcome, outcomes[2].statusCode], ["skipped", 298]);
  assert.equal(outcomes[3].outcome, "rejected");
  assert.deepEqual((await destination.state()).users.map((user) => user.external_id), ["ada"]);
});

test("events may be given as text, with digits that JavaScript does not have", async (t) => {
  const { destination, session } = await opened(t);
  const event = JSON.stringify(identify("ada", { big: 0 })).replace('"big":0', '"big":9007199254740993');
  assert.deepEqual(await session.transform(`[${event}]`), [{ outcome: "delivered", statusCode: 299 }]);
  const asked = await (await fetch(`${destination.url}/_sandbox/requests`)).text();
  assert.match(asked, /"big":\s*9007199254740993\b/);
});

test("what is no list of events is refused", async (t) => {
  const { session } = await opened(t);
  await assert.rejects(session.transform(identify("ada")), TypeError);
  await assert.rejects(session.transform("{}"), { message: /no list/ });
  assert.deepEqual(await session.transform([]), []);
});

test("wrong settings are refused without showing them", async () => {
  const mapping = await mapwright.load(mappingPath);
  const error = await mapping.open({ ...config, domain: "canary/evil" }).catch((error) => error);
  assert.match(error.message, /domain/);
  assert.doesNotMatch(error.message, /canary/);
  await assert.rejects(mapping.open(undefined));
});

test("events of one user go one after another", async (t) => {
  const { destination, session } = await opened(t);
  await destination.fault({ path: "/api/v2/users/create_or_update", delay_ms: 5, times: 20 });
  const events = range(40).map((index) => identify(`user-${index % 4}`, { name: `name ${index}` }));
  const outcomes = await session.transform(events);
  assert(outcomes.every(({ outcome }) => outcome === "delivered"));
  const names = {};
  for (const { body } of (await destination.writes()).filter(({ path }) => path.includes("create_or_update"))) {
    (names[body.user.external_id] ??= []).push(body.user.name);
  }
  for (const [user, written] of Object.entries(names)) {
    const wanted = events.filter(({ userId }) => userId === user).map(({ traits }) => traits.name);
    assert.deepEqual(written, wanted);
  }
  assert.equal(Object.keys(names).length, 4);
});

test("many calls at once do not mix", async (t) => {
  const { destination, session } = await opened(t);
  const calls = range(100).map((index) => session.transform([identify(`user-${index}`), { type: `kind-${index}` }]));
  for (const [index, [first, second]] of (await Promise.all(calls)).entries()) {
    assert.equal(first.outcome, "delivered");
    assert.equal(second.why, `Event type kind-${index} is not supported`);
  }
  assert.equal((await destination.state()).users.length, 100);
});

// Each reply waits for a tick of a timer of the event loop that calls: were it blocked, nothing would ever be answered.
test("a large batch to a slow destination leaves the event loop free", async (t) => {
  const { url } = await sandbox(t);
  const waiting = [];
  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    const chunks = await request.toArray();
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const { authorization } = headers;
    const reply = await fetch(url + request.url, { method, headers: { authorization }, body });
    const text = await reply.text();
    waiting.push(() => response.writeHead(reply.status).end(text));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close().closeAllConnections());
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    waiting.splice(0, 10).forEach((reply) => reply());
  }, 1);
  t.after(() => clearInterval(timer));

  const mapping = await mapwright.load(mappingPath, { endpoint: `http://127.0.0.1:${server.address().port}` });
  const session = await mapping.open(config);
  const outcomes = await session.transform(range(1000).map((index) => identify(`user-${index}`)));
  assert.equal(outcomes.filter(({ outcome }) => outcome === "delivered").length, 1000);
  assert(ticks >= 100, `${ticks} ticks`);
});

