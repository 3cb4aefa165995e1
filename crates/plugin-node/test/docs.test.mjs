// What docs/node.md and examples/node-host show, as a reader would do it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { identify, input, root, sandbox } from "./world.mjs";

const page = await readFile(join(root, "docs/node.md"), "utf8");
const blocks = [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, info, text]) => ({ info, text }));

/** A folder of a program that has the package and the mappings. */
async function project(test) {
  const folder = await mkdtemp(join(tmpdir(), "mapwright-"));
  test.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "node_modules"));
  await symlink(join(import.meta.dirname, ".."), join(folder, "node_modules/mapwright"));
  await symlink(join(root, "mappings"), join(folder, "mappings"));
  return folder;
}

/** What a script prints. */
async function printed(test, folder, script, { words = [], stdin = "" } = {}) {
  const { url } = await sandbox(test);
  const options = { cwd: folder, env: { ...process.env, ENDPOINT: url } };
  return new Promise((resolve, reject) => {
    const ended = (error, stdout) => (error ? reject(error) : resolve(stdout));
    execFile(process.execPath, [script, ...words], options, ended).stdin.end(stdin);
  });
}

for (const [index, { info, text }] of blocks.entries()) {
  if (info !== "js run") continue;
  test(`program ${index} of the page prints what is shown`, async (t) => {
    const folder = await project(t);
    await writeFile(join(folder, "program.mjs"), text);
    const shown = blocks[index + 1];
    assert.equal(shown.info, "text");
    assert.equal(await printed(t, folder, "program.mjs"), shown.text);
  });
}

test("one line makes a destination of a host", async (t) => {
  const folder = await project(t);
  const { url } = await sandbox(t);
  const [file, ...others] = blocks.filter(({ info }) => info.startsWith("js destinations/"));
  assert.equal(others.length, 0);
  assert.equal(file.text.trim().split("\n").length, 1);
  const path = join(folder, file.info.replace("js ", ""));
  await mkdir(dirname(path));
  await writeFile(path, file.text.replace('"mappings', `"${folder}/mappings`).replace("process.env.ENDPOINT", `"${url}"`));
  const { processRouterDest } = createRequire(path)(path);
  const [element] = await processRouterDest([input(1, identify("ada"))]);
  assert.equal(element.statusCode, 299);
});

test("the example plays a host", async (t) => {
  const folder = await project(t);
  const example = join(folder, "examples/node-host");
  await cp(join(root, "examples/node-host"), example, { recursive: true });
  const stdin = await readFile(join(root, "examples/events.ndjson"), "utf8");
  const lines = (await printed(t, example, "host.mjs", { words: ["zendesk"], stdin })).trim().split("\n");
  assert.equal(lines.length, stdin.trim().split("\n").length);
  assert(lines.every((line, index) => line.startsWith(`job ${index + 1}: `)), lines.join("\n"));
  assert(lines.includes("job 1: 299"));
});
