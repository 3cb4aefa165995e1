// A worker thread that loads a mapping, tells its fingerprint, and ends.

import { parentPort, workerData } from "node:worker_threads";

import { mapwright } from "./world.mjs";

parentPort.postMessage((await mapwright.load(workerData)).hash);
