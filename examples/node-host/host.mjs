// Plays a transformer host: finds a destination by its name in the folder and gives it events, as a batch of the router.
//
//   node ../../crates/plugin-node/build.mjs && npm install
//   mapwright sandbox                                  in another terminal
//   ENDPOINT=http://127.0.0.1:8085 node host.mjs zendesk < ../events.ndjson

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const [name] = process.argv.slice(2);
const { processRouterDest } = createRequire(import.meta.url)(`./destinations/${name}.js`);

const destination = {
  ID: "dest-1",
  Config: { domain: "acme", email: "admin@acme.example", apiToken: "any-token-does-in-the-sandbox" },
};
const lines = (await text(process.stdin)).split("\n").filter((line) => line !== "");
const inputs = lines.map((line, index) => {
  const message = JSON.parse(line);
  return { message, metadata: { jobId: index + 1, userId: message.userId, destinationId: "dest-1" }, destination };
});

for (const { metadata, statusCode, error } of await processRouterDest(inputs, { features: { "filter-code": true } })) {
  console.log(`job ${metadata[0].jobId}: ${statusCode}${error ? ` ${error}` : ""}`);
}
