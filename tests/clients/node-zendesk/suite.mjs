// node-zendesk against the sandbox.

import assert from "node:assert/strict";

import { eventually, installed, run, sandbox } from "../report.mjs";

const { createClient } = installed("node-zendesk");

const client = (options = {}) =>
  createClient({ username: sandbox.email, token: sandbox.token, endpointUri: `${sandbox.url}/api/v2`, ...options });
const zendesk = client();

const made = async (user) => (await zendesk.users.create({ user })).result;
const organization = async (name) => (await zendesk.organizations.create({ organization: { name } })).result;

async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("was not refused");
}

async function users() {
  const ada = await made({ name: "Ada", email: "Ada@engines.test", external_id: "ada" });
  assert.equal(ada.email, "ada@engines.test");
  assert.equal(ada.role, "end-user");
  assert.deepEqual((await zendesk.users.show(ada.id)).result, ada);
  const { result: changed } = await zendesk.users.update(ada.id, { user: { name: "Ada King", tags: ["vip"] } });
  assert.deepEqual([changed.name, changed.tags], ["Ada King", ["vip"]]);
  assert.equal((await zendesk.users.suspend(ada.id)).result.suspended, true);
  assert.equal((await zendesk.users.unsuspend(ada.id)).result.suspended, false);
  const { result: same, response } = await zendesk.users.createOrUpdate({ user: { external_id: "ADA", name: "Ada L" } });
  assert.deepEqual([same.id, same.name, response.status], [ada.id, "Ada L", 200]);
  const { result: me } = await zendesk.users.me();
  assert.equal(me.email, sandbox.email);
  const { result: gone } = await zendesk.users.delete(ada.id);
  assert.equal(gone?.active ?? false, false);
  assert.equal((await zendesk.users.show(ada.id)).result.active, false);
}

async function lists() {
  for (let n = 0; n < 103; n += 1) await made({ name: `Page ${n}`, external_id: `page-${n}` });
  const found = (await zendesk.users.list()).map((user) => user.id);
  assert.ok(found.length >= 103);
  assert.deepEqual(found, [...new Set(found)].sort((a, b) => a - b));
  const [one] = await zendesk.users.listWithFilter("external_id", "PAGE-7");
  assert.equal(one.name, "Page 7");
  const { result: many } = await zendesk.users.showMany(found.slice(0, 2));
  assert.deepEqual(many.map((user) => user.id), found.slice(0, 2));
}

async function identities() {
  const { id } = await made({ name: "Emmy", email: "emmy@rings.test" });
  const { result: second } =
    await zendesk.useridentities.create(id, { identity: { type: "email", value: "noether@rings.test", verified: true } });
  assert.deepEqual([second.value, second.primary, second.verified], ["noether@rings.test", false, true]);
  const values = async () => (await zendesk.useridentities.list(id)).map((row) => row.value);
  assert.deepEqual(await values(), ["emmy@rings.test", "noether@rings.test"]);
  await zendesk.useridentities.makePrimary(id, second.id);
  assert.deepEqual(await values(), ["noether@rings.test", "emmy@rings.test"]);
  assert.equal((await zendesk.users.show(id)).result.email, "noether@rings.test");
  const { result: moved } =
    await zendesk.useridentities.update(id, second.id, { identity: { value: "amalie@rings.test" } });
  assert.deepEqual([moved.id, moved.value], [second.id, "amalie@rings.test"]);
  assert.equal((await zendesk.useridentities.verify(id, second.id)).result.verified, true);
  const first = (await zendesk.useridentities.list(id)).find((row) => !row.primary);
  await zendesk.useridentities.delete(id, first.id);
  assert.deepEqual(await values(), ["amalie@rings.test"]);
}

async function fields() {
  const { result: plan } = await zendesk.userfields.create({ user_field: { key: "plan", title: "Plan", type: "text" } });
  assert.deepEqual([plan.key, plan.type], ["plan", "text"]);
  const { result: changed } = await zendesk.userfields.update(plan.id, { user_field: { title: "Tariff", type: "date" } });
  assert.deepEqual([changed.title, changed.type], ["Tariff", "text"]);
  const user = await made({ name: "Field", user_fields: { plan: "pro" } });
  assert.deepEqual(user.user_fields, { plan: "pro" });
  await zendesk.userfields.delete(plan.id);
  assert.deepEqual((await zendesk.users.show(user.id)).result.user_fields, {});
}

async function organizations() {
  const acme = await organization("Acme");
  assert.equal(acme.name, "Acme");
  const { result: same } =
    await zendesk.organizations.upsert({ organization: { id: acme.id, external_id: "acme", details: "Traps" } });
  assert.deepEqual([same.id, same.external_id, same.details], [acme.id, "acme", "Traps"]);
  const [found] = await zendesk.organizations.search("ACME");
  assert.equal(found.id, acme.id);
  const labs = await organization("Acme Labs");
  const shown = (await zendesk.organizations.showMany([labs.id, acme.id])).map((row) => row.name);
  assert.deepEqual(shown, ["Acme", "Acme Labs"]);
  const { result: changed } = await zendesk.organizations.update(labs.id, { organization: { domain_names: "labs.test" } });
  assert.deepEqual(changed.domain_names, ["labs.test"]);
  const user = await made({ name: "Member", organization_id: labs.id });
  assert.deepEqual((await zendesk.users.listByOrganization(labs.id)).map((row) => row.id), [user.id]);
  await zendesk.organizations.delete(labs.id);
  assert.match((await refused(zendesk.organizations.show(labs.id))).message, /Zendesk Error \(404\)/);
  assert.equal((await zendesk.users.show(user.id)).result.organization_id, null);
}

async function memberships() {
  const [one, two] = [await organization("Club One"), await organization("Club Two")];
  const { id: user_id } = await made({ name: "Clubber" });
  const { result: first } = await zendesk.organizationmemberships.create({ user_id, organization_id: one.id });
  assert.deepEqual([first.user_id, first.organization_id, first.default], [user_id, one.id, true]);
  const { result: second } = await zendesk.organizationmemberships.createByUser(user_id, { organization_id: two.id });
  const clubs = async () => (await zendesk.organizationmemberships.listByUser(user_id)).map((row) => row.organization_name);
  assert.deepEqual(await clubs(), ["Club One", "Club Two"]);
  await zendesk.organizationmemberships.makeDefault(user_id, second.id);
  assert.deepEqual(await clubs(), ["Club Two", "Club One"]);
  assert.equal((await zendesk.organizationmemberships.show(second.id)).result.default, true);
  const members = await zendesk.organizationmemberships.listByOrganization(one.id);
  assert.deepEqual(members.map((row) => row.user_id), [user_id]);
  await zendesk.organizationmemberships.deleteByUser(user_id, second.id);
  await zendesk.organizationmemberships.delete(first.id);
  assert.deepEqual(await clubs(), []);
}

async function search() {
  const grace = await made({ name: "Grace Hopper", email: "grace@navy.test", external_id: "grace" });
  const [found] = await zendesk.users.search({ external_id: "GRACE" });
  assert.equal(found.id, grace.id);
  for (const query of ["email:grace@navy.test", "Grace Hop", "\"Grace Hopper\""]) {
    const [row] = await eventually(async () => {
      const rows = await zendesk.users.search({ query });
      return rows.length && rows;
    });
    assert.equal(row.id, grace.id);
  }
}

async function unifiedSearch() {
  const hedy = await made({ name: "Hedy Lamarr", email: "hedy@hopping.test" });
  const { id } = await organization("Hopping");
  const found = await eventually(async () => {
    const { result } = await zendesk.search.query("type:user hedy");
    return result.length && result;
  });
  assert.deepEqual(found.map((row) => [row.id, row.result_type]), [[hedy.id, "user"]]);
  const [completed] = await eventually(async () => {
    const rows = await zendesk.organizations.autocomplete({ name: "Hopp" });
    return rows.length && rows;
  });
  assert.equal(completed.id, id);
  const { result: related } = await zendesk.organizations.related(id);
  assert.equal((related.organization_related ?? related).users_count, 0);
}

async function tags() {
  const { id } = await made({ name: "Tagged", tags: ["a"] });
  const listed = async () => (await zendesk.users.show(id)).result.tags.sort();
  await zendesk.users.addTags(id, { tags: ["b", "c"] });
  assert.deepEqual(await listed(), ["a", "b", "c"]);
  // The client drops the body of a DELETE, so the server cannot know which tags to remove.
  assert.match((await refused(zendesk.users.removeTags(id, { tags: ["a"] }))).message, /Zendesk Error \(400\)/);
  assert.deepEqual(await listed(), ["a", "b", "c"]);
  await zendesk.users.setTags(id, { tags: ["z"] });
  assert.deepEqual(await listed(), ["z"]);
}

async function merging() {
  const loser = await made({ name: "Loser", email: "loser@acme.test" });
  const winner = await made({ name: "Winner", email: "winner@acme.test" });
  await zendesk.users.merge(loser.id, winner.id);
  const values = (await zendesk.useridentities.list(winner.id)).map((row) => row.value);
  assert.deepEqual(values, ["winner@acme.test", "loser@acme.test"]);
  assert.equal((await zendesk.users.show(loser.id)).result.active, false);
}

/** The job at its end, as the client's own watcher sees it. */
async function watched({ result }) {
  assert.equal(result.job_status.status, "queued");
  const job = await zendesk.jobstatuses.watch(result.job_status.id, 100, 100);
  assert.deepEqual([job.status, job.progress], ["completed", job.total]);
  return job;
}

async function bulk() {
  const rows = [0, 1, 2].map((n) => ({ name: `Bulk ${n}`, email: `bulk${n}@acme.test`, external_id: `bulk-${n}` }));
  const job = await watched(await zendesk.users.createMany({ users: rows }));
  assert.deepEqual(job.results.map((row) => [row.status, row.email]), rows.map(({ email }) => ["Created", email]));
  const ids = job.results.map((row) => row.id);
  assert.equal((await zendesk.users.show(ids[2])).result.name, "Bulk 2");
  const upserts = [{ external_id: "BULK-0", name: "Zero" }, { external_id: "bulk-9", name: "Nine" }];
  const { results } = await watched(await zendesk.users.createOrUpdateMany({ users: upserts }));
  assert.deepEqual(results.map((row) => row.status), ["Updated", "Created"]);
  assert.equal(results[0].id, ids[0]);
  // The client counts arguments as if a callback came last.
  await watched(await zendesk.users.updateMany(ids, { user: { notes: "all" } }, undefined));
  assert.equal((await zendesk.users.show(ids[1])).result.notes, "all");
  await watched(await zendesk.users.updateMany({ users: [{ id: ids[1], name: "One" }] }, undefined));
  assert.equal((await zendesk.users.show(ids[1])).result.name, "One");
  const { result } = await zendesk.jobstatuses.showMany([job.id, "unknown"]);
  assert.deepEqual((result.job_statuses ?? result).map((row) => row.id), [job.id]);
  assert.match((await refused(zendesk.jobstatuses.show("unknown"))).message, /Zendesk Error \(404\)/);
}

async function bulkOrganizations() {
  await organization("Taken");
  const wishes = [{ name: "Bulk A" }, { name: "Bulk B" }, { name: "TAKEN" }];
  const job = await watched(await zendesk.organizations.createMany({ organizations: wishes }));
  assert.deepEqual(job.results.map((row) => row.status), ["Created", "Created", "Failed"]);
  const ids = job.results.slice(0, 2).map((row) => row.id);
  const { id: user_id } = await made({ name: "Bulk member" });
  const pairs = ids.map((organization_id) => ({ user_id, organization_id }));
  const { results } = await watched(await zendesk.organizationmemberships.createMany(pairs));
  assert.deepEqual(results.map((row) => row.index), [0, 1]);
  assert.equal((await zendesk.organizationmemberships.listByUser(user_id)).length, 2);
  const changes = ids.map((id) => ({ id, notes: "bulk" }));
  await watched(await zendesk.organizations.updateMany({ organizations: changes }));
  assert.equal((await zendesk.organizations.show(ids[0])).result.notes, "bulk");
  await zendesk.organizations.bulkDelete(ids);
  await eventually(async () => (await zendesk.organizationmemberships.listByUser(user_id)).length === 0);
}

async function errors() {
  // By itself the client keeps the status only, in its message; the option gives the body, too.
  const exact = client({ throwOriginalException: true });
  const first = { name: "First", email: "taken@acme.test" };
  await made(first);
  assert.match((await refused(made(first))).message, /Zendesk Error \(422\)/);
  const taken = await refused(exact.users.create({ user: { ...first, email: "TAKEN@acme.test" } }));
  assert.equal(taken.statusCode, 422);
  assert.equal(taken.result.error, "RecordInvalid");
  assert.equal(taken.result.details.email[0].error, "DuplicateValue");
  const missing = await refused(exact.users.show(17));
  assert.deepEqual([missing.statusCode, missing.result.error], [404, "RecordNotFound"]);
  const stranger = await refused(client({ throwOriginalException: true, token: "wrong" }).users.list());
  assert.deepEqual([stranger.statusCode, stranger.result], [401, { error: "Couldn't authenticate you" }]);
  const mistyped = await refused(exact.users.create({ user: { name: 5 } }));
  assert.deepEqual([mistyped.statusCode, mistyped.result.error.title], [400, "Invalid attribute"]);
}

await run("node-zendesk", [
  ["users: create, show, update, suspend, upsert, me, delete", users],
  ["users: list over several pages, filter, showMany", lists],
  ["identities: create, list, make primary, update, verify, delete", identities],
  ["user fields: create, update, values, delete", fields],
  ["organizations: create, upsert, search, showMany, update, delete", organizations],
  ["memberships: create, list, make default, delete", memberships],
  ["search: users by external id at once, by query when indexed", search],
  ["search: over all records, autocomplete, related information", unifiedSearch],
  ["users: tags", tags],
  ["users: merge", merging],
  ["bulk: users createMany, createOrUpdateMany, updateMany, watched by jobstatuses.watch", bulk],
  ["bulk: organizations and memberships createMany, updateMany, bulkDelete", bulkOrganizations],
  ["errors: status and body of 422, 404, 401 and 400", errors],
]);
