/** A hundred changes of what the gateway reads, while sixteen connections have streams from it. */
import { beforeAll, expect, test } from "vitest";
import { smallStack, startFrom } from "../lab/start.ts";
import { changesOf, underStreams } from "../lab/streams.ts";
import { host, putFile } from "../lab/support.ts";

const CHANGES = Number(process.env["CHANGES"] ?? 100);
const MAPPINGS = `
routing: { retries: 1, failures: 1, cooldown: 3 }
models:
  qwen: { to: [{ provider: vllm-qwen }] }
`;
let key: string;

startFrom("small", { images: "gateway" });

beforeAll(async () => {
  const services = { gateway: { settings: { requests_per_second: 1000, burst: 1000 } } };
  await putFile("/etc/install-quadlets/stack.yaml", smallStack(services));
  await putFile("/etc/install-quadlets/model-mappings.yaml", MAPPINGS);
  await host("install-quadlets", "--yes");
  const master = (await host("install-quadlets", "secrets", "show", "gateway/master-key")).trim();
  const asked = ["-H", `authorization: Bearer ${master}`, "--data", JSON.stringify({ key_alias: "soak" })];
  const made = await host("curl", "-fsS", ...asked, "http://127.0.0.1:4000/key/generate");
  key = (JSON.parse(made) as { key: string }).key;
});

test("no request fails, and no stream is cut off", async () => {
  const seen = await underStreams(CHANGES, changesOf(MAPPINGS, "qwen"), { key, model: "qwen" });
  console.log(`replace: ${CHANGES} changes, ${seen.streams} streams, the longest ${seen.longest} ms`);
  expect(seen.failures).toEqual([]);
});
