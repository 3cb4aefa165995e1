// Asks the sandbox for its data once a second and keeps the tables up to date. Everything that comes from the sandbox
// goes into the page as text, never as markup. Rows that did not change stay, so what a reader opened stays open.
"use strict";

const SHORTEST_WAIT_MS = 1000;
const WAIT_PER_COST = 20;

// A cell is text, {lines}, {code} (folded JSON), {status} or null.
const LISTS = [
  { name: "requests", title: "Requests", key: (row) => row.number, columns: [
    ["No.", (row) => row.number],
    ["Method", (row) => row.method],
    ["Status", (row) => ({ status: row.status })],
    ["Path", (row) => row.query ? `${row.path}?${row.query}` : row.path],
    ["Body", (row) => row.body === null ? null : { code: row.body, summary: JSON.stringify(row.body) }],
  ] },
  { name: "users", title: "Users", key: (row) => row.id, columns: [
    ["Id", (row) => row.id],
    ["Name", (row) => row.name],
    ["E-mail", (row) => row.email],
    ["External id", (row) => row.external_id],
    ["Role", (row) => row.role],
    ["Organization", (row, find) => named(find, "organizations", row.organization_id)],
    ["Identities", (row, find) => identities(find, row.id)],
    ["Custom fields", (row) => pairs(row.user_fields)],
    ["Tags", (row) => row.tags?.join(", ")],
    ["Updated", (row) => row.updated_at],
    ["All", whole],
  ] },
  { name: "organizations", title: "Organizations", key: (row) => row.id, columns: [
    ["Id", (row) => row.id],
    ["Name", (row) => row.name],
    ["External id", (row) => row.external_id],
    ["Domains", (row) => row.domain_names?.join(", ")],
    ["Custom fields", (row) => pairs(row.organization_fields)],
    ["Tags", (row) => row.tags?.join(", ")],
    ["Updated", (row) => row.updated_at],
    ["All", whole],
  ] },
  { name: "organization_memberships", title: "Memberships", key: (row) => row.id, columns: [
    ["Id", (row) => row.id],
    ["User", (row, find) => named(find, "users", row.user_id)],
    ["Organization", (row) => row.organization_name ?? row.organization_id],
    ["Default", (row) => row.default ? "yes" : "no"],
    ["Created", (row) => row.created_at],
  ] },
  { name: "events", title: "Events", key: (row) => row.event?.id, columns: [
    ["Received", (row) => row.received_at],
    ["User", (row, find) => named(find, "users", row.user_id)],
    ["Source", (row) => row.event?.source],
    ["Type", (row) => row.event?.type],
    ["Happened", (row) => row.event?.created_at],
    ["Properties", (row) => pairs(row.event?.properties)],
    ["All", whole],
  ] },
  { name: "user_fields", title: "User fields", key: (row) => row.id, columns: fieldColumns() },
  { name: "organization_fields", title: "Organization fields", key: (row) => row.id, columns: fieldColumns() },
];

// Shown inside the rows of others.
const INSIDE = ["identities"];

function fieldColumns() {
  return [
    ["Id", (row) => row.id],
    ["Key", (row) => row.key],
    ["Title", (row) => row.title],
    ["Type", (row) => row.type],
    ["Options", (row) => row.custom_field_options?.map((option) => option.value).join(", ")],
    ["Tag", (row) => row.tag],
    ["All", whole],
  ];
}

// A list that this page does not know: whatever is simple in its first row.
function unknownList(name, rows) {
  const keys = Object.keys(rows[0] ?? {}).filter((key) => typeof rows[0][key] !== "object").slice(0, 6);
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
  return { name, title, key: (row) => row.id, columns: [...keys.map((key) => [key, (row) => row[key]]), ["All", whole]] };
}

function whole(row) { return { code: row, summary: "JSON" }; }

function shown(value) { return typeof value === "string" ? value : JSON.stringify(value); }

function pairs(object) {
  const set = Object.entries(object ?? {}).filter(([, value]) => value !== null);
  return set.length ? { lines: set.map(([key, value]) => `${key}: ${shown(value)}`) } : null;
}

function named(find, list, id) {
  if (id === null || id === undefined) return null;
  return find(list).find((row) => String(row.id) === String(id))?.name ?? id;
}

function identities(find, user) {
  const own = find("identities").filter((row) => row.user_id === user);
  const marks = (row) => [row.primary && "primary", row.verified && "verified"].filter(Boolean).join(", ");
  return { lines: own.map((row) => `${row.type} ${row.value}${marks(row) && ` (${marks(row)})`}`) };
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function cell(value) {
  const td = element("td");
  if (value === null || value === undefined) return td;
  if (value.lines) {
    td.append(...value.lines.map((line) => element("p", line)));
  } else if (value.code !== undefined) {
    td.append(folded(value));
  } else if (value.status !== undefined) {
    const fine = value.status >= 200 && value.status < 300;
    td.append(element("p", value.status || "cut", fine ? "good" : "bad"));
  } else {
    td.append(element("p", value));
  }
  return td;
}

function folded({ code, summary }) {
  const details = element("details");
  const short = summary.length > 80 ? `${summary.slice(0, 79)}…` : summary;
  details.append(element("summary", short), element("pre", JSON.stringify(code, null, 2)));
  return details;
}

// One section with its table; `rows` remembers what is shown: key -> {text, tr}.
function makeSection(list) {
  const section = element("section");
  section.id = list.name;
  const title = element("h2", list.title);
  title.id = `${list.name}-title`;
  const caption = element("caption");
  const head = element("tr");
  for (const [name] of list.columns) {
    const th = element("th", name);
    th.scope = "col";
    head.append(th);
  }
  const thead = element("thead");
  thead.append(head);
  const body = element("tbody");
  const table = element("table");
  table.append(caption, thead, body);
  const scroll = element("div", undefined, "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-labelledby", title.id);
  scroll.append(table);
  section.append(title, scroll);
  const link = element("a", list.title);
  link.href = `#${list.name}`;
  const item = element("li");
  item.append(link);
  document.getElementById("contents").append(item);
  document.getElementById("lists").append(section);
  return { list, caption, body, link, rows: new Map() };
}

function captionOf(list, { total, rows }) {
  if (total === 0) return "None yet";
  const newest = total > rows.length ? `, the newest ${rows.length} are shown` : "";
  return `${total.toLocaleString("en")} in all${newest}, newest first`;
}

function fill(section, { total, rows }, find) {
  const kept = new Map();
  rows.forEach((row, index) => {
    const cells = section.list.columns.map(([, value]) => value(row, find));
    const text = JSON.stringify(cells);
    const key = section.list.key(row) ?? `row ${total - index}`;
    const before = section.rows.get(key);
    kept.set(key, before?.text === text ? before : { text, tr: makeRow(cells) });
  });
  section.rows = kept;
  const wanted = [...kept.values()].map(({ tr }) => tr);
  wanted.forEach((tr, index) => {
    const here = section.body.children[index];
    if (here !== tr) section.body.insertBefore(tr, here ?? null);
  });
  while (section.body.children.length > wanted.length) section.body.lastElementChild.remove();
  const caption = captionOf(section.list, { total, rows });
  if (section.caption.textContent !== caption) section.caption.textContent = caption;
  const label = `${section.list.title} ${total.toLocaleString("en")}`;
  if (section.link.textContent !== label) section.link.textContent = label;
}

function makeRow(cells) {
  const tr = element("tr");
  tr.append(...cells.map(cell));
  return tr;
}

const sections = new Map();

function show(data) {
  const all = { requests: data.requests, ...data.lists };
  const find = (name) => all[name]?.rows ?? [];
  const known = LISTS.filter((list) => all[list.name]);
  const others = Object.keys(all)
    .filter((name) => !INSIDE.includes(name) && !LISTS.some((list) => list.name === name))
    .filter((name) => sections.has(name) || all[name].total > 0)
    .map((name) => sections.get(name)?.list ?? unknownList(name, all[name].rows));
  for (const list of [...known, ...others]) {
    if (!sections.has(list.name)) sections.set(list.name, makeSection(list));
    fill(sections.get(list.name), all[list.name], find);
  }
}

// Ids may have 64 bits; those that a number cannot hold are kept as they were written.
function exact(key, value, context) {
  return typeof value === "number" && !Number.isSafeInteger(value) && Number.isInteger(value)
    ? context?.source ?? value : value;
}

let paused = false;
let last = "";

// Only a change of this text is read out, so it names no counts.
function say(text, lost) {
  const status = document.getElementById("status");
  if (status.textContent !== text) status.textContent = text;
  status.className = lost ? "lost" : "";
}

async function refresh() {
  if (paused || document.hidden) return SHORTEST_WAIT_MS;
  const start = performance.now();
  try {
    const answer = await fetch("/_sandbox/page/data", { cache: "no-store" });
    const text = await answer.text();
    if (paused) return SHORTEST_WAIT_MS;
    if (text !== last) show(JSON.parse(text, exact));
    last = text;
    say("Live");
  } catch {
    say("The sandbox does not answer; trying again", true);
  }
  return Math.max(SHORTEST_WAIT_MS, WAIT_PER_COST * (performance.now() - start));
}

async function run() {
  for (;;) {
    const wait = await refresh();
    await new Promise((done) => setTimeout(done, wait));
  }
}

document.getElementById("pause").addEventListener("click", (event) => {
  paused = !paused;
  event.target.textContent = paused ? "Go on" : "Pause";
  say(paused ? "Paused" : "Live");
});

run();
