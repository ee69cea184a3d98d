/** Stores of models as a person sees them, and what may go out of them. */
import { expect, test } from "vitest";
import { findStored, lookAtStores, removeStored } from "../../src/apps/model-stores.ts";
import { storeText } from "../../src/cli/gateway-models.ts";
import type { IndexedService } from "../../src/model/index-file.ts";
import { MemoryModels } from "../support/memory-models.ts";
import { memorySystem } from "../support/memory-system.ts";

const UID = 805;
const PORTS = { one: 11500, two: 11501 } as const;

function service(name: keyof typeof PORTS, models: readonly string[]): IndexedService {
  const modelStore = { port: PORTS[name], list: "/api/tags", pull: "/api/pull", remove: "/api/delete", models };
  return { name, uid: UID, modelStore } as unknown as IndexedService;
}

/** Those that are named listen. */
function hostWith(...running: readonly (keyof typeof PORTS)[]) {
  const rows = running.map((name) => {
    const port = PORTS[name].toString(16).toUpperCase();
    return `0: 0100007F:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  ${UID}  0 1\n`;
  });
  const system = memorySystem({ files: { "/proc/net/tcp": rows.join(""), "/proc/4242/net/tcp": rows.join("") } });
  const stores = { one: new MemoryModels(), two: new MemoryModels() };
  system.http.answer = ({ method, path, port, body }) =>
    stores[port === PORTS.one ? "one" : "two"].answer({ method, path, body: body?.reveal() });
  return { system, stores };
}

test("what each has, what it lacks, and what nobody declares", async () => {
  const { system, stores } = hostWith("one");
  stores.one.names.push("bge-m3:latest", "gpt-oss:20b");
  const seen = await lookAtStores(system, [service("one", ["bge-m3", "tinyllama"]), service("two", [])]);
  expect(seen.map(storeText)).toEqual([
    `one
  bge-m3:latest  1.2 GB  declared
  gpt-oss:20b    14 GB   nobody declares it
  tinyllama is declared and not there: sudo install-quadlets pulls it`,
    "two does not run now",
  ]);
});

test("what nobody declares is removed, by its name without the tag, too", async () => {
  const { system, stores } = hostWith("one", "two");
  stores.one.names.push("bge-m3:latest", "tinyllama:latest");
  const found = await findStored(system, [service("one", ["tinyllama"]), service("two", [])], "bge-m3", undefined);
  await removeStored(system, found);
  expect(stores.one.names).toEqual(["tinyllama:latest"]);
});

test.each<[string, string, string | undefined, string]>([
  [
    "one that is declared",
    "tinyllama",
    undefined,
    "tinyllama:latest is declared of one: the next run would pull it again",
  ],
  ["one that is nowhere", "tinylama", undefined, "tinylama is not in one, two"],
  ["one that two have", "bge-m3", undefined, "one, two have it"],
  ["one of a store that is named and lacks it", "tinyllama", "two", "tinyllama is not in two"],
])("%s is not", async (_, model, named, message) => {
  const { system, stores } = hostWith("one", "two");
  stores.one.names.push("bge-m3:latest", "tinyllama:latest");
  stores.two.names.push("bge-m3:latest");
  const services = [service("one", ["tinyllama"]), service("two", [])];
  await expect(findStored(system, services, model, named)).rejects.toThrow(message);
});

test("a store that is down is no store without it", async () => {
  const { system } = hostWith("one");
  const services = [service("one", []), service("two", [])];
  await expect(findStored(system, services, "bge-m3", undefined)).rejects.toThrow("two does not run now");
});
