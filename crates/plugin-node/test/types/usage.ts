// Compiled, never run: uses every type of the package, and misuses some where an error is expected.

import { EventError, MappingError, destination, load } from "mapwright";
import type { Input, Network, NetworkReply, Options, Outcome, RestRequest, RouterElement } from "mapwright";

const network: Network = async ({ method, url, headers, body }): Promise<NetworkReply> => {
  const size: number = method.length + url.length + Object.keys(headers).length + (body?.length ?? 0);
  return size > 0 ? { status: 200, headers: { "retry-after": "1" }, body: "{}" } : { unreachable: "no route" };
};
const options: Options = { endpoint: "http://127.0.0.1:1", finish: "host", concurrency: 8, attempts: 2, network };

export async function program(): Promise<string> {
  const mapping = await load(new Uint8Array(), options);
  await mapping.reload("mapping.yaml");
  const session = await mapping.open({ domain: "acme" });
  const outcomes: Outcome[] = [...(await session.transform([{ type: "page" }])), ...(await session.transform("[]"))];
  const why: string[] = outcomes.map(({ outcome, statusCode, why, request }) =>
    outcome === "rejected" ? `${why ?? ""} ${statusCode}` : (request?.endpoint ?? ""),
  );
  return mapping.destination + mapping.hash + why.join();
}

export async function host(input: Input): Promise<RestRequest[]> {
  const { process, processRouterDest } = destination("mapping.yaml");
  const elements: RouterElement[] = await processRouterDest([input], { features: { "filter-code": true } });
  const requests = elements.flatMap(({ batchedRequest }) => batchedRequest ?? []);
  try {
    const output = await process(input);
    return requests.concat(output);
  } catch (error) {
    if (error instanceof EventError) throw new Error(`${error.statusCode} ${error.statTags?.["errorType"] ?? ""}`);
    if (error instanceof MappingError) throw new Error(JSON.stringify(error.diagnostics[0]?.["message"]));
    throw error;
  }
}

// @ts-expect-error: an unknown option
void load("mapping.yaml", { endpont: "http://127.0.0.1:1" });
// @ts-expect-error: nobody else can finish
void load("mapping.yaml", { finish: "nobody" });
// @ts-expect-error: a reply has a status
export const silent: Network = async () => ({ body: "" });
// @ts-expect-error: an input has a destination
void destination("mapping.yaml").process({ message: {} });
