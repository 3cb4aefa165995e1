// The page at `/` of the sandbox, in a headless Chromium, after real traffic.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { eventually, installed, run, sandbox } from "../report.mjs";

const { chromium } = installed("playwright-core");

const CHROMIUM_FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];
const SPITE = `<script>window.hacked = 1</script><img src="x" onerror="window.hacked = 2">`;

const asked = [];
const complaints = [];
let page;

async function api(method, path, body) {
  const login = Buffer.from(`${sandbox.email}/token:${sandbox.token}`).toString("base64");
  const answer = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Basic ${login}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? null : answer.json();
}

async function opened(browser, viewport) {
  const made = await browser.newPage({ viewport });
  made.on("request", (request) => asked.push(request.url()));
  made.on("pageerror", (error) => complaints.push(String(error)));
  made.on("console", (line) => { if (line.type() === "error") complaints.push(line.text()); });
  made.on("dialog", (dialog) => { complaints.push(dialog.message()); dialog.dismiss(); });
  await made.goto(`${sandbox.url}/`);
  await made.locator("#status", { hasText: "Live" }).waitFor();
  return made;
}

/** The rows of a table, each as an object from column to text. */
function rows(list, from = page) {
  return from.locator(`#${list}`).evaluate((section) => {
    const names = [...section.querySelectorAll("thead th")].map((th) => th.textContent);
    return [...section.querySelectorAll("tbody tr")].map((tr) =>
      Object.fromEntries([...tr.children].map((td, index) =>
        [names[index], [...td.children].map((part) => part.textContent).join("\n")])));
  });
}

const byName = (list, name) => list.find((row) => row.Name === name);

async function showsUsers() {
  const users = await rows("users");
  assert.deepEqual(users.map((row) => row.Name).sort(), ["Ada Lovelace", "Alan Turing", "Edsger Dijkstra", "Grace Hopper"]);
  const ada = byName(users, "Ada Lovelace");
  assert.equal(ada["E-mail"], "countess@engines.example");
  assert.equal(ada["External id"], "ada");
  assert.equal(ada.Organization, "Analytical Engines");
  assert.match(ada.Identities, /^email ada@engines\.example$/m);
  assert.match(ada.Identities, /^email countess@engines\.example \(primary\)$/m);
  assert.match(ada["Custom fields"], /^plan: pro$/m);
  assert.match(ada["Custom fields"], /^birthday: 1815-12-10T00:00:00\+00:00$/m);
}

async function showsOrganizations() {
  const organizations = await rows("organizations");
  const engines = byName(organizations, "Analytical Engines");
  assert.equal(engines["External id"], "engines");
  assert.match(engines["Custom fields"], /^employees: \d+$/m);
  const memberships = await rows("organization_memberships");
  const pairs = memberships.map((row) => `${row.User} in ${row.Organization}, default ${row.Default}`);
  assert.ok(pairs.includes("Ada Lovelace in Analytical Engines, default yes"), pairs.join("; "));
  const dumped = await api("GET", "/_sandbox/state");
  assert.equal(organizations.length, dumped.organizations.length);
  assert.equal(memberships.length, dumped.organization_memberships.length);
}

async function showsEvents() {
  const events = await rows("events");
  const exported = events.find((row) => row.Type === "Report exported");
  assert.equal(exported.User, "Ada Lovelace");
  assert.equal(exported.Source, "Rudder");
  assert.match(exported.Properties, /^rows: 18150$/m);
}

async function showsFields() {
  const types = Object.fromEntries((await rows("user_fields")).map((row) => [row.Key, row.Type]));
  assert.equal(types.plan, "text");
  assert.equal(types.newsletter, "checkbox");
  assert.equal(types.birthday, "date");
  const organization = Object.fromEntries((await rows("organization_fields")).map((row) => [row.Key, row.Type]));
  assert.equal(organization.employees, "integer");
}

async function showsRequests() {
  const logged = await api("GET", "/_sandbox/requests");
  const shown = await rows("requests");
  assert.equal(shown.length, logged.length);
  assert.deepEqual(shown.map((row) => Number(row["No."])), logged.map((_, index) => logged.length - index));
  logged.reverse().forEach((request, index) => {
    const row = shown[index];
    assert.equal(row.Method, request.method);
    assert.equal(row.Path, request.query ? `${request.path}?${request.query}` : request.path);
    assert.equal(row.Status, String(request.status));
    if (request.body === null) assert.equal(row.Body, "");
  });
  const number = logged.findIndex((request) => request.body?.user?.name === "Ada Lovelace");
  const body = page.locator("#requests tbody tr").nth(number).locator("details");
  assert.equal(await body.locator("pre").isVisible(), false);
  await body.locator("summary").click();
  assert.deepEqual(JSON.parse(await body.locator("pre").innerText()), logged[number].body);
}

async function updatesItself() {
  await page.evaluate(() => { window.sameDocument = true; });
  const { user } = await api("POST", "/api/v2/users", { user: { name: "Katherine Johnson", email: "kj@orbits.test" } });
  await eventually(async () => byName(await rows("users"), "Katherine Johnson"));
  assert.equal((await rows("requests"))[0].Path, "/api/v2/users");
  await api("PUT", `/api/v2/users/${user.id}`, { user: { name: "Katherine Goble" } });
  await eventually(async () => byName(await rows("users"), "Katherine Goble"));
  assert.equal(byName(await rows("users"), "Katherine Johnson"), undefined);
  await api("DELETE", `/api/v2/users/${user.id}`);
  await eventually(async () => !byName(await rows("users"), "Katherine Goble"));
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  assert.ok(await page.locator("#requests details[open]").count() > 0, "what was opened was folded again");
}

async function dataAreText() {
  const { user } = await api("POST", "/api/v2/users", { user: { name: SPITE, notes: SPITE, tags: ["\"><b>"] } });
  await api("POST", "/api/v2/organizations", { organization: { name: SPITE, details: SPITE } });
  const field = { key: "spite", title: SPITE, type: "text" };
  await api("POST", "/api/v2/user_fields", { user_field: field });
  await api("PUT", `/api/v2/users/${user.id}`, { user: { user_fields: { spite: SPITE } } });
  await api("POST", `/api/v2/users/${user.id}/events`, {
    event: { source: "test", type: SPITE.slice(0, 40), description: SPITE, properties: { [SPITE]: SPITE } },
    profile: { source: "test", type: "spite", identifiers: [{ type: "external_id", value: SPITE }] },
  });
  await fetch(`${sandbox.url}/api/v2/${encodeURIComponent(SPITE)}?${encodeURIComponent(SPITE)}`);
  await eventually(async () => (await rows("requests"))[0].Path.includes(encodeURIComponent("<script>")));
  const shown = byName(await rows("users"), SPITE);
  assert.ok(shown["Custom fields"].split("\n").includes(`spite: ${SPITE}`));
  assert.ok(byName(await rows("organizations"), SPITE));
  assert.equal((await rows("events"))[0].Properties, `${SPITE}: ${SPITE}`);
  assert.equal((await rows("user_fields"))[0].Title, SPITE);
  assert.equal(await page.locator("main script, main img, main b").count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  // Even markup that got in could not run: the policy forbids it.
  await page.evaluate((html) => { document.body.insertAdjacentHTML("beforeend", `<div id="in">${html}</div>`); }, SPITE);
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await page.evaluate(() => document.getElementById("in").remove());
  const blocked = complaints.splice(0).filter((line) => !line.includes("Content Security Policy"));
  assert.deepEqual(blocked, []);
}

async function fitsAPhone(browser) {
  for (const width of [320, 390]) {
    const phone = await opened(browser, { width, height: 844 });
    await phone.locator("#users tbody tr").first().waitFor();
    const widths = await phone.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.deepEqual(widths, [width, width]);
    const scroll = phone.locator("#users .scroll");
    assert.equal(await scroll.evaluate((box) => box.scrollWidth > box.clientWidth), true);
    await scroll.focus();
    await phone.keyboard.press("ArrowRight");
    await eventually(() => scroll.evaluate((box) => box.scrollLeft > 0));
    assert.equal(await phone.evaluate(() => window.scrollX), 0);
    const button = await phone.locator("#pause").boundingBox();
    assert.ok(button.height >= 36, `the button is ${button.height} px high`);
    await phone.close();
  }
}

async function tellsItsStructure() {
  assert.equal(await page.locator("h1").count(), 1);
  assert.equal(await page.title(), "Zendesk sandbox");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  const tables = await page.locator("table").evaluateAll((all) => all.map((table) => ({
    heading: table.closest("section").querySelector("h2")?.textContent,
    caption: table.caption?.textContent,
    heads: [...table.querySelectorAll("th")].every((th) => th.scope === "col" && th.textContent !== ""),
    named: document.getElementById(table.closest("[role=region]").getAttribute("aria-labelledby")) !== null,
  })));
  assert.ok(tables.length >= 7);
  for (const table of tables) {
    assert.ok(table.heading && table.heads && table.named, JSON.stringify(table));
    assert.match(table.caption, /newest first$|^None yet$/);
  }
  // Only the state of the connection is read out, not each new row.
  assert.equal(await page.locator("#status[role=status]").count(), 1);
  assert.equal(await page.locator("[aria-live], [role=status], [role=alert], [role=log]").count(), 1);
  await page.getByRole("link", { name: /^Events \d+$/ }).click();
  assert.equal(new URL(page.url()).hash, "#events");
}

async function pauses() {
  await page.getByRole("button", { name: "Pause" }).click();
  assert.equal(await page.locator("#status").innerText(), "Paused");
  await new Promise((done) => setTimeout(done, 300));
  const before = await rows("organizations");
  await api("POST", "/api/v2/organizations", { organization: { name: "Later" } });
  await new Promise((done) => setTimeout(done, 2500));
  assert.deepEqual(await rows("organizations"), before);
  await page.getByRole("button", { name: "Go on" }).click();
  await eventually(async () => byName(await rows("organizations"), "Later"));
}

async function noticesSilence() {
  await page.route("**/_sandbox/page/data", (route) => route.abort());
  await page.locator("#status", { hasText: "does not answer" }).waitFor();
  assert.ok((await rows("users")).length > 0);
  await page.unroute("**/_sandbox/page/data");
  await page.locator("#status", { hasText: "Live" }).waitFor();
  complaints.splice(0);
}

async function standsAlone() {
  await api("POST", "/_sandbox/reset");
  await eventually(async () => (await rows("users")).length === 0);
  assert.equal(await page.locator("#users caption").innerText(), "None yet");
  assert.deepEqual(asked.filter((url) => !url.startsWith(`${sandbox.url}/`) && !url.startsWith("data:")), []);
  const logged = await api("GET", "/_sandbox/requests");
  assert.deepEqual(logged, [], "the page's own requests are logged");
  assert.deepEqual(complaints, []);
}

const deliver = promisify(execFile)(process.env.MAPWRIGHT, [
  "deliver", "examples/events.ndjson", "--config", "examples/account.yaml", "--endpoint", sandbox.url,
  "--set", `email=${sandbox.email}`, "--set", `apiToken=${sandbox.token}`,
]).catch((error) => error);
const { stdout } = await deliver;
assert.match(stdout, /^13 events: 10 delivered, 1 skipped, 2 rejected, 0 failed$/m);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: CHROMIUM_FLAGS });
try {
  page = await opened(browser, { width: 1280, height: 900 });
  await page.locator("#events tbody tr").first().waitFor();
  await run("page", [
    ["shows users with their identities and custom fields", showsUsers],
    ["shows organizations and memberships", showsOrganizations],
    ["shows events with their properties", showsEvents],
    ["shows custom fields", showsFields],
    ["shows the request log with bodies, newest first", showsRequests],
    ["shows new traffic without reloading", updatesItself],
    ["shows markup in the data as text", dataAreText],
    ["fits a phone", () => fitsAPhone(browser)],
    ["has headings, captions and one status line", tellsItsStructure],
    ["can be paused", pauses],
    ["says when the sandbox does not answer", noticesSilence],
    ["takes nothing from elsewhere and empties on reset", standsAlone],
  ]);
} finally {
  await browser.close();
}
