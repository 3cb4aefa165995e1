// Builds the addon with cargo and puts it beside index.js. Downloads no binaries.
//
//   node build.mjs [--debug]

import { execFileSync } from "node:child_process";
import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";

const libraries = { linux: "libmapwright_node.so", darwin: "libmapwright_node.dylib", win32: "mapwright_node.dll" };
const profile = process.argv.includes("--debug") ? "dev" : "release";

const command = ["build", "--package", "mapwright-node", "--locked", "--profile", profile, "--message-format", "json"];
const told = execFileSync("cargo", command, {
  cwd: import.meta.dirname,
  encoding: "utf8",
  maxBuffer: 1 << 28,
  stdio: ["ignore", "pipe", "inherit"],
});
const built = told
  .split("\n")
  .filter((line) => line.includes('"compiler-artifact"'))
  .flatMap((line) => JSON.parse(line).filenames)
  .findLast((file) => file.endsWith(libraries[process.platform]));

// Renamed into place, for a program may have the one before open.
const addon = join(import.meta.dirname, "mapwright.node");
copyFileSync(built, `${addon}.new`);
renameSync(`${addon}.new`, addon);
console.log(`built ${addon}`);
