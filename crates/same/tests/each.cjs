// Runs the events of standard input, one after another, through the Node addon: each.cjs ADDON MAPPING ENDPOINT.
"use strict";
const readline = require("node:readline");
const { load } = require("mapwright");

async function main() {
  const [mappingPath, endpoint, settings] = process.argv.slice(2);
  const mapping = await load(mappingPath, { endpoint });
  const session = await mapping.open(JSON.parse(settings));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [told] = await session.transform(`[${line}]`);
    console.log(JSON.stringify(told));
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
