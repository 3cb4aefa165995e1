// Destinations of Mapwright as functions: makes JSON for the addon of what a program gives, and objects of its answers.
//
// index.d.ts says what each function takes and gives. The addon reads and writes JSON on threads of its own; what only
// the event loop can do, making texts of objects and back, is done in slices with room for other work between them.

"use strict";

const { readFileSync } = require("node:fs");
const { readFile } = require("node:fs/promises");
const { setImmediate: othersFirst } = require("node:timers/promises");

const native = require("./mapwright.node");

/** Events or answers between two turns of the event loop. */
const SLICE = 100;

/** What the diagnostics of a mapping without a path call its file. */
const UNNAMED = "mapping.yaml";

class MappingError extends Error {
  constructor({ message, diagnostics }) {
    super(message);
    this.name = "MappingError";
    this.diagnostics = JSON.parse(diagnostics ?? "[]");
  }
}

class EventError extends Error {
  constructor({ error, statusCode, statTags }) {
    super(error);
    this.name = "EventError";
    this.status = statusCode;
    this.statusCode = statusCode;
    this.statTags = statTags;
  }
}

class Session {
  #opened;

  constructor(opened) {
    this.#opened = opened;
  }

  async transform(events) {
    return objects(await this.#opened.transform(typeof events === "string" ? events : await list(events)));
  }
}

class Mapping {
  #loaded;

  constructor(loaded) {
    this.#loaded = loaded;
  }

  get destination() {
    return this.#loaded.destination;
  }

  get hash() {
    return this.#loaded.hash;
  }

  async reload(pathOrBuffer) {
    const refused = await this.#loaded.reload(...(await source(pathOrBuffer)));
    if (refused) throw new MappingError(refused);
  }

  async open(config) {
    return new Session(await this.#loaded.open(json(config)));
  }

  // The two functions that a host calls are bound to their mapping, for a host takes them out of it.

  process = async (event) => {
    const elements = await objects(await this.#loaded.process(await list([item(event)])));
    const failed = elements.find(({ statusCode }) => statusCode !== 200);
    if (failed) throw new EventError(failed);
    const outputs = elements.map(({ output }) => output);
    return outputs.length === 1 ? outputs[0] : outputs;
  };

  processRouterDest = async (inputs, reqMetadata) => {
    const canFilter = reqMetadata?.features?.["filter-code"] === true;
    return objects(await this.#loaded.route(await list(inputs, item), canFilter));
  };
}

async function load(pathOrBuffer, options) {
  return mapping(await native.load(...(await source(pathOrBuffer)), ...written(options)));
}

function destination(path, options) {
  return mapping(native.loadNow(readFileSync(path, "utf8"), String(path), ...written(options)));
}

function mapping(loaded) {
  if (loaded instanceof native.Loaded) return new Mapping(loaded);
  throw new MappingError(loaded);
}

/** Text and name of a mapping. */
async function source(pathOrBuffer) {
  if (pathOrBuffer instanceof Uint8Array) return [new TextDecoder().decode(pathOrBuffer), UNNAMED];
  return [await readFile(pathOrBuffer, "utf8"), String(pathOrBuffer)];
}

/** The options as JSON, and the network among them as a function from text to text. */
function written({ network, ...options } = {}) {
  if (network === undefined) return [json(options)];
  if (typeof network !== "function") throw new TypeError("options: `network` is a function");
  return [json(options), async (request) => json(await network(JSON.parse(request)))];
}

/** The parts of an input that an answer depends on. */
function item(input) {
  const { message, metadata, destination } = input ?? {};
  return { message, metadata, destination };
}

function json(value) {
  return JSON.stringify(value) ?? "null";
}

async function list(values, part = (value) => value) {
  if (!Array.isArray(values)) throw new TypeError("a list of events is an array");
  const texts = await inSlices(values, (value) => json(part(value)));
  return `[${texts.join(",")}]`;
}

const objects = (texts) => inSlices(texts, JSON.parse);

async function inSlices(values, make) {
  const made = [];
  for (const value of values) {
    if (made.length > 0 && made.length % SLICE === 0) await othersFirst();
    made.push(make(value));
  }
  return made;
}

module.exports = { EventError, Mapping, MappingError, Session, destination, load };
