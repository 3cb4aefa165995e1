// The types compile, and say what the package has.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { mapwright } from "./world.mjs";

const compiler = join(process.env.TOOLS, "node_modules/typescript/bin/tsc");
const skip = !existsSync(compiler) && "TypeScript is not installed";

test("programs in TypeScript compile, and mistakes do not", { skip }, () => {
  const project = join(import.meta.dirname, "types");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "--project", project], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

test("each export has a type", async () => {
  const types = await readFile(join(import.meta.dirname, "../index.d.ts"), "utf8");
  const typed = [...types.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(typed.sort(), Object.keys(mapwright).sort());
});
