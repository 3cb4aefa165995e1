// The YAML language server with our schemas: silent about good files, outspoken about bad ones at the right place.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { run } from "../report.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const program = `${process.env.CLIENT_HOME}/node_modules/yaml-language-server/bin/yaml-language-server`;
const LONGEST_ANSWER_MS = 30_000;

/** A language server over its standard streams. */
class Server {
  #process = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  #received = Buffer.alloc(0);
  #waiting = new Map();
  #documents = 0;
  #requests = 0;

  constructor() {
    this.#process.stdout.on("data", (bytes) => this.#receive(bytes));
  }

  async start() {
    await this.#ask("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(root).href,
      capabilities: { workspace: { configuration: true }, textDocument: { publishDiagnostics: {} } },
    });
    this.#tell("initialized", {});
  }

  stop() {
    this.#process.kill();
  }

  /** What the server says about a text: `[line, message]`, lines from 1. */
  async findings(schema, text) {
    const uri = this.#open(schema, text);
    const { diagnostics } = await this.#answer(`diagnostics ${uri}`);
    return diagnostics.map(({ range, message }) => [range.start.line, message]);
  }

  /** What is shown when the pointer rests on a place; the line counts from 1. */
  async hover(schema, text, line, character) {
    const uri = this.#open(schema, text);
    await this.#answer(`diagnostics ${uri}`);
    const found = await this.#ask("textDocument/hover", { textDocument: { uri }, position: { line, character } });
    return found?.contents?.value ?? "";
  }

  /** Keys that are offered at a place; the line counts from 1. */
  async completions(schema, text, line, character) {
    const uri = this.#open(schema, text);
    await this.#answer(`diagnostics ${uri}`);
    const found = await this.#ask("textDocument/completion", { textDocument: { uri }, position: { line, character } });
    return (found?.items ?? found ?? []).map((item) => item.label);
  }

  /** Opens a text below a first line that names its schema, as authors write it. */
  #open(schema, text) {
    this.#documents += 1;
    const uri = pathToFileURL(`${root}/target/editor-${this.#documents}.yaml`).href;
    const schemaUrl = pathToFileURL(`${root}/schemas/${schema}.schema.json`).href;
    const whole = `# yaml-language-server: $schema=${schemaUrl}\n${text}`;
    this.#tell("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text: whole } });
    return uri;
  }

  #ask(method, params) {
    this.#requests += 1;
    this.#send({ id: this.#requests, method, params });
    return this.#answer(this.#requests);
  }

  #tell(method, params) {
    this.#send({ method, params });
  }

  #answer(key) {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no answer: ${key}`)), LONGEST_ANSWER_MS);
      this.#waiting.set(key, (value) => {
        clearTimeout(timer);
        this.#waiting.delete(key);
        done(value);
      });
    });
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  #receive(bytes) {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const head = this.#received.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, head).toString())[1]);
      if (this.#received.length < head + 4 + length) return;
      const message = JSON.parse(this.#received.subarray(head + 4, head + 4 + length).toString());
      this.#received = this.#received.subarray(head + 4 + length);
      this.#handle(message);
    }
  }

  #handle({ id, method, params, result, error }) {
    if (method === "textDocument/publishDiagnostics") {
      this.#waiting.get(`diagnostics ${params.uri}`)?.(params);
    } else if (method === "workspace/configuration") {
      // Only what the first line of a file names: no catalogue from the network.
      const settings = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
      this.#send({ id, result: params.items.map(({ section }) => (section === "yaml" ? settings : {})) });
    } else if (method && id !== undefined) {
      this.#send({ id, result: null });
    } else if (id !== undefined) {
      if (error) throw new Error(error.message);
      this.#waiting.get(id)?.(result);
    }
  }
}

const server = new Server();

/** YAML files below a folder. */
function yamlFiles(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return yamlFiles(path);
    return entry.name.endsWith(".yaml") ? [path] : [];
  });
}

/** Whether a file of the examples is a mapping, and not settings. */
function isMapping(file) {
  return readFileSync(`${root}/${file}`, "utf8").includes("\nflows:");
}

async function silent(schema, files) {
  assert.notEqual(files.length, 0);
  const told = await Promise.all(
    files.map(async (file) => [file, await server.findings(schema, readFileSync(`${root}/${file}`, "utf8"))]),
  );
  assert.deepEqual(told.filter(([, findings]) => findings.length > 0), []);
}

async function finds(schema, text, line, message) {
  const findings = await server.findings(schema, text);
  const fits = findings.some(([foundLine, found]) => foundLine === line && message.test(found));
  assert.ok(fits, `wanted line ${line}: ${message}, found ${JSON.stringify(findings)} in\n${text}`);
}

const START = "format: 1\ndestination: example\nservice: {base_url: {value: 'https://api.example.com'}}\n";
const FLOW = "flows: {f: {event: track, steps: []}}\n";

async function bad_mappings() {
  await finds("mapping", `${START}colour: red\n${FLOW}`, 4, /colour is not allowed/);
  await finds("mapping", START, 1, /Missing property "flows"/);
  await finds("mapping", `${START}${FLOW}config:\n  a: {type: text}\n`, 6, /Value is not accepted/);
  await finds("mapping", `${START}tables:\n  t:\n    rows:\n      a: {from: $.a, truncate: many}\n${FLOW}`, 7, /./);
  await finds("mapping", `${START}flows:\n  f:\n    event: track\n    steps:\n      - s: {post: a}\n`, 8, /./);
  await finds("mapping", `${START}flows:\n  f:\n    event: track\n    steps:\n      - s: {get: /a, body: t}\n`, 8, /body/);
  await finds("mapping", `${START}tables:\n  t:\n    rows:\n      a: {value: 1, as: integer}\n${FLOW}`, 7, /"from"|"text"/);
  await finds("mapping", "format: 2\n", 1, /Value must be 1/);
}

async function bad_cases() {
  await finds("case", "about: x\nevent: {}\nexpect: {outcome: done}\n", 3, /./);
  await finds("case", "about: x\nevnt: {}\nexpect: {outcome: delivered}\n", 2, /evnt is not allowed/);
  await finds("case", "about: x\nreplies:\n  - {status: 200}\nexpect: {outcome: delivered}\n", 3, /"request"/);
}

async function bad_settings() {
  await finds("zendesk.config", "domain: acme\napiTokn: {env: TOKEN}\n", 2, /apiTokn is not allowed/);
  await finds("zendesk.config", "email: ada@acme.test\n", 1, /Missing property "domain"/);
  await finds("zendesk.config", "domain: acme\nsearchByExternalId: yes please\n", 2, /boolean/);
  await finds("zendesk.config", "domain: acme\napiToken: {environment: TOKEN}\n", 2, /Expected "string"/);
}

async function bad_projects() {
  await finds("project", "maping: a.yaml\n", 1, /maping is not allowed/);
  await finds("project", "lint: {severity: {sunset: off}}\n", 1, /Value is not accepted/);
}

async function help() {
  const told = await server.hover("mapping", `${START}${FLOW}`, 2, 3);
  assert.match(told, /Name of the destination, for people/);
  assert.match(told, /Example:[^]*example/);
  const offered = await server.completions("mapping", `${START}${FLOW}ta`, 5, 2);
  assert.ok(offered.includes("tables"), `offered: ${offered}`);
}

await server.start();
await run("yaml-language-server", [
  ["nothing to say about the shipped mappings", () => silent("mapping", yamlFiles("mappings"))],
  ["nothing to say about all cases", () => silent("case", yamlFiles("tests/cases"))],
  ["nothing to say about the settings of the examples", () => silent("zendesk.config", ["examples/account.yaml"])],
  ["nothing to say about the mappings of the examples", () => silent("mapping", yamlFiles("examples").filter(isMapping))],
  ["nothing to say about this project's file", () => silent("project", ["mapwright.yaml"])],
  ["bad mappings", bad_mappings],
  ["bad cases", bad_cases],
  ["bad settings", bad_settings],
  ["bad project files", bad_projects],
  ["descriptions, examples and completions", help],
]);
server.stop();
