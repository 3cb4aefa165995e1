// Requests that the program makes itself.

import assert from "node:assert/strict";
import { test } from "node:test";

import { config, identify, mappingPath, mapwright, sandbox } from "./world.mjs";

async function outcome(network, endpoint) {
  const mapping = await mapwright.load(mappingPath, { network, endpoint, attempts: 1 });
  const session = await mapping.open(config);
  return (await session.transform([identify("ada")]))[0];
}

test("fetch can be the network", async (t) => {
  const destination = await sandbox(t);
  const asked = [];
  const network = async ({ method, url, headers, body }) => {
    asked.push({ method, url });
    const reply = await fetch(url, { method, headers, body, redirect: "manual" });
    return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() };
  };
  assert.deepEqual(await outcome(network, destination.url), { outcome: "delivered", statusCode: 299 });
  assert.deepEqual((await destination.state()).users.map((user) => user.external_id), ["ada"]);
  assert(asked.length >= 1 && asked.every(({ url }) => url.startsWith(`${destination.url}/api/v2/`)));
});

test("without an endpoint the requests are for the destination itself, with credentials", async () => {
  const asked = [];
  const network = async (request) => {
    asked.push(request);
    return { status: 200, body: '{"user": {"id": 1}}' };
  };
  assert.equal((await outcome(network)).outcome, "delivered");
  const write = asked.find(({ method }) => method === "POST");
  assert.match(write.url, /^https:\/\/acme\.zendesk\.com\/api\/v2\//);
  assert.match(write.headers.authorization, /^Basic /);
  assert.equal(JSON.parse(write.body).user.external_id, "ada");
});

test("what does not come back is repeated", async () => {
  const unreachable = await outcome(async () => ({ unreachable: "no route" }));
  assert.deepEqual([unreachable.outcome, unreachable.statusCode], ["failed", 500]);
  assert.match(unreachable.why, /no route/);
  const timeouts = [
    async () => ({ timeout: true }),
    async () => ({ state: 200 }),
    async () => undefined,
    async () => Promise.reject(new Error("canary")),
    () => {
      throw new Error("canary");
    },
  ];
  for (const network of timeouts) {
    const { outcome: name, statusCode, why } = await outcome(network);
    assert.deepEqual([name, statusCode], ["failed", 500]);
    assert.doesNotMatch(why, /canary/);
  }
});
