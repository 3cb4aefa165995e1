// How a suite in JavaScript reports: one line a scenario, and an exit status that tells whether all passed.

import { createRequire } from "node:module";

const LONGEST_SCENARIO_MS = 60_000;

/** Runs the scenarios in order, each to its end or its time limit, and sets the exit status. */
export async function run(suite, scenarios) {
  for (const [name, body] of scenarios) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("took too long")), LONGEST_SCENARIO_MS);
    });
    try {
      await Promise.race([body(), late]);
      console.log(`ok: ${suite}: ${name}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`FAILED: ${suite}: ${name}`);
      console.error(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Asks again until `body` gives something truthy, for what shows after a delay. */
export async function eventually(body, { wait_ms = 100, longest_ms = 15_000 } = {}) {
  const end = Date.now() + longest_ms;
  for (;;) {
    const value = await body();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not so within ${longest_ms} ms: ${body}`);
    await new Promise((done) => setTimeout(done, wait_ms));
  }
}

/** Where the sandbox is and how to log in there; set by `tests/clients/run`. */
export const sandbox = {
  url: process.env.SANDBOX_URL,
  email: process.env.SANDBOX_EMAIL,
  token: process.env.SANDBOX_TOKEN,
};

/** A package from the suite's own environment. */
export const installed = createRequire(`${process.env.CLIENT_HOME}/`);
