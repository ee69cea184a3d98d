/** Whether a gateway's database and cache answer: as data, what their units and health checks say, and what is said of it. */
import { expect, test } from "vitest";
import { askStores } from "../../src/apps/ask-stores.ts";
import { managerSocket } from "../../src/commands/systemd.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { IndexedService } from "../../src/model/index-file.ts";
import type { Service } from "../../src/model/service.ts";
import { resolve } from "../gateway/support.ts";
import { memorySystem } from "../support/memory-system.ts";

/** As it ships, with and without its cache. */
const [CACHED, PLAIN] = ["{ settings: { cache: true } }", "{}"].map((gateway) =>
  resolve({ stack: `services: { gateway: ${gateway} }` }).services.find(({ name }) => name === "gateway"),
) as [Service, Service];

const UNITS = ["gateway-postgres", "gateway-cache", "gateway-litellm"];
const UP = Object.fromEntries(UNITS.map((name) => [name, "active"]));

interface Case {
  readonly name: string;
  readonly service?: Service;
  readonly active?: Readonly<Record<string, string>>;
  /** By container: what podman says of a health check that fails. */
  readonly ill?: Readonly<Record<string, string>>;
  readonly installed?: readonly string[];
  readonly says: readonly (readonly [string, string])[];
}

const CASES: readonly Case[] = [
  { name: "both answer", says: [] },
  {
    name: "a database whose check fails",
    ill: { "gateway-postgres": "unhealthy" },
    says: [["database-answers", "gateway-postgres, the database of gateway, does not answer: unhealthy"]],
  },
  {
    name: "a cache whose check hangs",
    ill: { "gateway-cache": "" },
    says: [
      ["cache-answers", "gateway-cache, the cache of gateway, does not answer: hangs: its health check does not end"],
    ],
  },
  { name: "a gateway whose own check fails is no word about them", ill: { "gateway-litellm": "unhealthy" }, says: [] },
  {
    name: "a database that is stopped while the gateway goes on",
    active: { ...UP, "gateway-postgres": "inactive" },
    says: [["database-answers", "gateway-postgres, the database of gateway, does not answer: stopped"]],
  },
  {
    name: "both given up, while the gateway tries again",
    active: { "gateway-postgres": "failed", "gateway-cache": "failed", "gateway-litellm": "activating" },
    says: [
      ["database-answers", "gateway-postgres, the database of gateway, does not answer: failed (exit-code)"],
      ["cache-answers", "gateway-cache, the cache of gateway, does not answer: failed (exit-code)"],
    ],
  },
  { name: "all of it stopped", active: Object.fromEntries(UNITS.map((name) => [name, "inactive"])), says: [] },
  {
    name: "a cache that is switched off is not asked",
    service: PLAIN,
    ill: { "gateway-cache": "unhealthy" },
    says: [],
  },
  {
    name: "a cache that is not installed yet",
    installed: ["gateway-postgres", "gateway-litellm"],
    ill: { "gateway-cache": "unhealthy" },
    says: [],
  },
];

test.each(CASES)("$name", async ({ service = CACHED, active = UP, ill = {}, installed = UNITS, says }) => {
  const system = memorySystem({
    files: { [managerSocket(810)]: { kind: "other" } },
  });
  const shown = installed.map(
    (name) => `Id=${name}.service\nLoadState=loaded\nActiveState=${active[name]}\nResult=exit-code\n`,
  );
  system.runner.on("systemctl", { stdout: shown.join("\n") });
  for (const [container, word] of Object.entries(ill)) {
    system.runner.on(`healthcheck run ${container}`, () => {
      if (word === "") throw new UserError("no end after 14 s, killed");
      return { exitCode: 1, stdout: `${word}\n` };
    });
  }
  const faults = await askStores(system, service, routerOf(installed));
  expect(faults.map(({ check, message }) => [check, message])).toEqual(says);
  for (const { message, hint } of faults) expect(hint).toBe(`sudo svc status ${message.split(",")[0]}`);
});

test("a manager that does not answer is not taken for one that rests", async () => {
  const system = memorySystem({
    files: { [managerSocket(810)]: { kind: "other" } },
  });
  system.runner.on("systemctl", () => {
    throw new UserError("no end after 2.5 s, killed");
  });
  const [fault] = await askStores(system, PLAIN, routerOf(UNITS));
  expect(fault?.message).toBe("gateway-postgres, the database of gateway, does not answer: no answer");
});

function routerOf(names: readonly string[]): IndexedService {
  const units = names.map((name) => ({ name, unit: `${name}.service`, kind: "container", health: true }));
  const account = { user: "gateway-user", uid: 810, gid: 810, home: "/var/lib/gateway" };
  return { name: "gateway", ...account, units } as unknown as IndexedService;
}
