// What the tests share: the addon, a sandbox of their own, and events.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The package as a CommonJS program has it, and the addon below it. */
const require = createRequire(import.meta.url);
export const mapwright = require("mapwright");
export const native = require("../mapwright.node");

export const root = join(import.meta.dirname, "../../..");
export const mappingPath = join(root, "mappings/zendesk.yaml");
export const classicPath = join(root, "mappings/zendesk-classic.yaml");

export const config = { domain: "acme", email: "admin@acme.test", apiToken: "canary-token" };

export const identify = (userId, traits = {}) => ({
  type: "identify",
  userId,
  traits: { name: userId, email: `${userId}@acme.test`, ...traits },
});

/** An input of a host. */
export const input = (jobId, message, changes = {}) => ({
  message,
  metadata: { userId: `u<<>>${message.userId}`, jobId, destinationId: "dest-1", workspaceId: "ws-1", extra: [1.5, null] },
  destination: { ID: "dest-1", Name: "zd", Config: { ...config }, hasDynamicConfig: false },
  connection: { sourceId: "src-1" },
  ...changes,
});

/** Starts a sandbox that ends with the test. */
export async function sandbox(test) {
  const program = spawn(process.env.MAPWRIGHT, ["sandbox", "--listen", "127.0.0.1:0"]);
  test.after(() => program.kill());
  const exited = once(program, "exit");
  for await (const line of createInterface({ input: program.stdout })) {
    const url = line.match(/^listening on (.*)$/)?.[1];
    if (url) return new Sandbox(url, program, exited);
  }
  throw new Error("the sandbox does not start");
}

class Sandbox {
  constructor(url, program, exited) {
    Object.assign(this, { url, program, exited });
  }

  async #get(path) {
    return (await fetch(`${this.url}/_sandbox/${path}`)).json();
  }

  /** Everything that it holds. */
  state() {
    return this.#get("state");
  }

  /** The writes that it was asked for. */
  async writes() {
    const answer = await this.#get("requests");
    return (answer.requests ?? answer).filter(({ method }) => method !== "GET");
  }

  async fault(fault) {
    const reply = await fetch(`${this.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify(fault) });
    if (!reply.ok) throw new Error(await reply.text());
  }
}

/** A mapping and a sandbox that it delivers to. */
export async function loaded(test, options = {}) {
  const destination = await sandbox(test);
  const mapping = await mapwright.load(mappingPath, { endpoint: destination.url, ...options });
  return { destination, mapping };
}

/** An account of a mapping, and a sandbox that it delivers to. */
export async function opened(test, options) {
  const { destination, mapping } = await loaded(test, options);
  return { destination, session: await mapping.open(config) };
}

/** Runs the garbage collector until a reference is empty. */
export async function collected(reference) {
  for (let turn = 0; turn < 1000; turn += 1) {
    global.gc();
    if (reference.deref() === undefined) return true;
    await new Promise(setImmediate);
  }
  return false;
}
