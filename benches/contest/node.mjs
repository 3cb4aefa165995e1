// What mappings/zendesk.yaml does with an event, for its default settings, by hand in JavaScript.
//
//   node node.mjs PROGRAM contestants
//   node node.mjs PROGRAM NAME CORPUS N outputs|serve
//
// PROGRAM writes the corpora (`PROGRAM corpus CORPUS N`); the modes are those of the crate `contest`. `node-text` goes
// from a decoded string to a string, the best case; `node-bytes` from a Buffer to a Buffer.

import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const isPlain = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** A scalar as text; undefined for what is missing, null, empty or no scalar. */
function text(value) {
  switch (typeof value) {
    case 'string': return value === '' ? undefined : value;
    case 'number': case 'boolean': return String(value);
    default: return undefined;
  }
}

const ADDRESS = /^[^\s@"(),:;<>[\\\]]+@[^\s@"(),:;<>[\\\].]+(?:\.[^\s@"(),:;<>[\\\].]+)*$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const FOREIGN = /[^A-Za-z0-9_-]/;
const FOREIGNERS = /[^A-Za-z0-9_-]/gu;

function address(value) {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed.length <= 254 && ADDRESS.test(trimmed) ? trimmed : undefined;
}

function addFields(fields, members, read) {
  for (const key in members) {
    const value = members[key];
    if ((typeof value === 'object' && value !== null) || read.has(key)) continue;
    if (FOREIGN.test(key)) {
      const name = key.replace(FOREIGNERS, '_');
      if (!(name in members) && !(name in fields)) fields[name] = value;
    } else {
      fields[key] = value;
    }
  }
}

function hasMembers(value) {
  for (const _ in value) return true;
  return false;
}

function personOf(event) {
  if (isPlain(event.traits) && hasMembers(event.traits)) return event.traits;
  const traits = event.context?.traits;
  return isPlain(traits) ? traits : {};
}

const OF_USER = new Set(['name', 'email', 'userId', 'id', 'organizationId', 'timezone', 'phone']);
const OF_ORGANIZATION = new Set(['name', 'domainNames', 'tags', 'url', 'deleted', 'id', 'groupId']);

function identify(event, id) {
  const person = personOf(event);
  const name = text(person.name);
  if (name === undefined) return { rejected: 'Missing required value from "name"' };
  const user = { name };
  const email = address(person.email);
  if (email !== undefined) user.email = email;
  user.external_id = id;
  const organization = [person.organizationId, person.company?.id].find(Number.isInteger);
  if (organization !== undefined) user.organization_id = organization;
  const zone = text(person.timezone);
  if (zone !== undefined) user.time_zone = zone;
  const phone = text(person.phone);
  if (phone !== undefined) user.phone = phone;
  user.user_fields = { id };
  addFields(user.user_fields, person, OF_USER);
  return { user };
}

function track(event, id) {
  const action = text(event.event);
  if (action === undefined) return { rejected: 'A track event needs a name' };
  const body = {
    event: {
      type: action.length > 40 ? [...action].slice(0, 40).join('') : action,
      source: 'Rudder',
      description: action,
      properties: event.properties ?? {},
    },
    profile: { type: 'customer', source: 'Rudder', identifiers: [{ type: 'external_id', value: id }] },
  };
  const moment = [event.timestamp, event.originalTimestamp].find((value) => typeof value === 'string' && MOMENT.test(value));
  if (moment !== undefined) body.event.created_at = moment;
  const email = address(personOf(event).email);
  if (email !== undefined) body.profile.identifiers.unshift({ type: 'email', value: email });
  return body;
}

function group(event) {
  const firm = event.traits;
  if (!isPlain(firm)) return { rejected: 'Organisation Traits are missing. Aborting.' };
  const id = text(event.groupId) ?? text(firm.groupId);
  const name = text(firm.name);
  if (id === undefined) return name === undefined ? { rejected: 'An organization needs a groupId or a name' } : undefined;
  const organization = {};
  if (name !== undefined) organization.name = name;
  organization.external_id = id;
  if (firm.domainNames?.length > 0) organization.domain_names = firm.domainNames.map(text);
  if (firm.tags?.length > 0) organization.tags = firm.tags.map(text);
  const url = text(firm.url);
  if (url !== undefined) organization.url = url;
  if (typeof firm.deleted === 'boolean') organization.deleted = firm.deleted;
  organization.organization_fields = { id: firm.id ?? id };
  addFields(organization.organization_fields, firm, OF_ORGANIZATION);
  return { organization };
}

function prepare(event) {
  if (event.integrations?.ZENDESK === false) return { skipped: "the event's integrations exclude ZENDESK" };
  const kind = event.type.toLowerCase();
  const id = text(event.userId);
  if (id === undefined) return { rejected: `UserId is a mandatory field for ${kind}` };
  if (kind === 'identify') return identify(event, id);
  if (kind === 'track') return track(event, id);
  if (kind === 'group') return group(event);
  return { rejected: `Event type ${kind} is not supported` };
}

const CONTESTANTS = {
  'node-text': (events) => events.map((event) => event.toString()),
  'node-bytes': (events) => events,
};
const WORK = {
  'node-text': (event) => JSON.stringify(prepare(JSON.parse(event))),
  'node-bytes': (event) => Buffer.from(JSON.stringify(prepare(JSON.parse(event.toString()))) ?? ''),
};

/** The events of a corpus as Buffers. */
function corpus(program, name, count) {
  const made = spawnSync(program, ['corpus', name, count], { maxBuffer: 1 << 30 });
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const events = [];
  for (let start = 0; start < made.stdout.length;) {
    const end = made.stdout.indexOf(10, start);
    events.push(made.stdout.subarray(start, end));
    start = end + 1;
  }
  return events;
}

/** Keeps the results alive so that nothing is optimized away. */
let kept = 0;

function pass(work, events) {
  for (const event of events) kept += work(event)?.length ?? 0;
}

const [program, name, corpusName, count, mode] = process.argv.slice(2);
if (name === 'contestants') {
  for (const known of Object.keys(CONTESTANTS)) console.log(`each ${known}`);
} else {
  const buffers = corpus(program, corpusName, count);
  const [events, work] = [CONTESTANTS[name](buffers), WORK[name]];
  if (mode === 'outputs') {
    const lines = events.map((event) => {
      const made = work(event)?.toString() ?? '';
      if (made.startsWith('{"rejected"')) return `r ${JSON.parse(made).rejected}`;
      if (made.startsWith('{"skipped"')) return `s ${JSON.parse(made).skipped}`;
      return made === '' ? 'n ' : `b ${made}`;
    });
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  } else {
    const bytes = buffers.reduce((sum, event) => sum + event.length, 0);
    console.log(`ready ${events.length} ${bytes}`);
    for await (const _ of createInterface({ input: process.stdin })) {
      const before = process.cpuUsage();
      pass(work, events);
      const used = process.cpuUsage(before);
      console.log((used.user + used.system) * 1000);
    }
  }
}
