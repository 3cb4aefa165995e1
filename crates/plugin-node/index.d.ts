// Types of the npm package `mapwright`; docs/node.md in its repository has examples.

/** A value that JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

/** How a mapping works. An unknown key is refused. */
export interface Options {
  /** Replaces scheme and host of the destination's base URL. */
  endpoint?: string;
  /** Who makes the last request of an event; without it, who the mapping says. */
  finish?: "engine" | "host";
  /** Events of one batch under way at the same time, at least 1; 64 without it. */
  concurrency?: number;
  /** How often a request is made before its event counts as failed, at least 1; 4 without it. */
  attempts?: number;
  /** Makes the requests to the destination; without it the addon makes them. */
  network?: Network;
}

/**
 * Makes one request, once: it follows no redirect and repeats nothing.
 *
 * When it rejects, or resolves to something else, the request counts as timed out: it may have arrived.
 */
export type Network = (request: NetworkRequest) => Promise<NetworkReply>;

/** A request, credentials included. */
export interface NetworkRequest {
  /** In upper case. */
  method: string;
  url: string;
  /** All but those that HTTP itself needs; names in lower case. */
  headers: Record<string, string>;
  body?: string;
}

/** What came of a request. */
export type NetworkReply =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** No reply came, and the request may have arrived. */
  | { timeout: true }
  /** The request did not leave; why, without addresses and credentials. */
  | { unreachable: string };

/** An error or a warning of a mapping, as `mapwright lint --format json` has them. */
export interface Diagnostic {
  [key: string]: Json;
}

/** A mapping is not loaded. `message` shows each error with its place. */
export class MappingError extends Error {
  /** Its errors; none where the mapping is for another destination. */
  readonly diagnostics: Diagnostic[];
}

/** A request as the platform takes it, to send it itself. */
export interface RestRequest {
  version: "1";
  type: "REST";
  method: string;
  endpoint: string;
  headers: Record<string, string>;
  params: Record<string, Json>;
  body: { JSON: Json; JSON_ARRAY: Json; XML: Json; FORM: Json };
  files: Record<string, Json>;
  userId?: string;
}

/** By what the platform counts a failure. */
export type StatTags = Record<string, string>;

/** There is nothing to send for an event: it failed, is not meant for the destination, or is delivered. */
export class EventError extends Error {
  /** 298 for what is filtered or delivered, 4xx for what is final, 429 and 5xx for what is to be repeated. */
  readonly status: number;
  /** The same. */
  readonly statusCode: number;
  /** Absent where the event is delivered. */
  readonly statTags?: StatTags;
}

/** What a host gives for an event; other keys are not looked at. */
export interface Input {
  /** The event. */
  message: unknown;
  /** Given back as it is. */
  metadata?: unknown;
  /** Its `Config` has the settings. Given back as it is, unless settings come from the event. */
  destination: unknown;
  [key: string]: unknown;
}

/** What came with the batch. */
export interface ReqMetadata {
  /** The headers `X-Feature-…` of the batch. With `filter-code` the caller understands status 298. */
  features?: Record<string, boolean | string>;
  [key: string]: unknown;
}

/** What became of an event of the router. */
export interface RouterElement {
  /** What the caller is to send (`statusCode` 200), or what was sent and is shown. */
  batchedRequest?: RestRequest | RestRequest[];
  metadata: unknown[];
  batched: false;
  /** 200: to send. 299: delivered. 298: filtered. 4xx: final. 429 and 5xx: to be repeated. */
  statusCode: number;
  error?: string;
  statTags?: StatTags;
  destination?: unknown;
}

/** What became of an event of a session. */
export interface Outcome {
  outcome: "delivered" | "skipped" | "rejected" | "failed";
  /** Why it is not delivered. */
  why?: string;
  /** As in {@link RouterElement}, filtered ones with 298. */
  statusCode: number;
  /** The request that the mapping leaves to the caller. */
  request?: RestRequest;
}

/** An account of a mapping. */
export class Session {
  private constructor();
  /**
   * Runs events, given as objects or as the JSON text of a list; those of one order key go one after another.
   * An array must not be altered before the promise is settled. Gives an outcome for each event.
   */
  transform(events: readonly unknown[] | string): Promise<Outcome[]>;
}

/** A mapping that is loaded. */
export class Mapping {
  private constructor();
  /** Name of the destination. */
  readonly destination: string;
  /** Fingerprint of the mapping. */
  readonly hash: string;
  /** Loads a mapping in its place, from the next batch on. Rejects with a {@link MappingError}; then nothing changes. */
  reload(pathOrBuffer: string | Uint8Array): Promise<void>;
  /** Opens a session for an account. Rejects when the settings are wrong; the message does not show them. */
  open(config: Record<string, unknown>): Promise<Session>;
  /** Runs one event of a processor: gives what is to be sent, or rejects with an {@link EventError}. */
  readonly process: (event: Input) => Promise<RestRequest | RestRequest[]>;
  /** Runs a batch of a router; gives an element for each event. The inputs must not be altered meanwhile. */
  readonly processRouterDest: (inputs: readonly Input[], reqMetadata?: ReqMetadata) => Promise<RouterElement[]>;
}

/** Loads a mapping from a file or from its text. Rejects with a {@link MappingError}. */
export function load(pathOrBuffer: string | Uint8Array, options?: Options): Promise<Mapping>;

/** Loads a mapping from a file at once, for a host that starts. Throws a {@link MappingError}. */
export function destination(path: string, options?: Options): Mapping;
