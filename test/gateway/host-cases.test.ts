/** Runs test/cases/gateway/host.yaml: each check that needs the host finds something on one host, all at once, and nothing on another. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkHost } from "../../src/cli/check-host.ts";
import { sampleFiles } from "../../src/cli/render.ts";
import { managerSocket } from "../../src/commands/systemd.ts";
import { HOST_CHECKS } from "../../src/model/host-check.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { USUAL_PODMAN } from "../../src/model/podman-version.ts";
import { memorySystem } from "../support/memory-system.ts";
import { resolve } from "./support.ts";

interface Given {
  /** Who asks; root where it is not said. */
  readonly user?: number;
  /** The gateway has a cache; true where it is not said. */
  readonly cache?: boolean;
  readonly keys?: string;
  readonly sockets?: readonly { readonly port: number; readonly user: string | number }[];
  /** Generated files of the gateway as they are found, where they are not as they were made. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the provider lists; a text is what it answers instead. */
  readonly models?: readonly string[] | string;
  /** By container: what its health check says. */
  readonly ill?: Readonly<Record<string, string>>;
}

interface Case {
  readonly check: string;
  readonly bad: Given;
  readonly says: string;
  readonly good: Given;
}

const file = new URL("../cases/gateway/host.yaml", import.meta.url);
const cases = parse(readFileSync(file, "utf8")) as readonly Case[];
const PROVIDERS = `
providers:
  far: { type: openai-compatible, base_url: "http://192.0.2.7:8000/v1", models: { big: , small: } }
`;

test("every check has its cases", () => {
  expect([...new Set(cases.map(({ check }) => check))].toSorted()).toEqual([...HOST_CHECKS, "all"].toSorted());
});

describe.each(cases)("$check", ({ check, bad, says, good }) => {
  test("says what is wrong, and all of it", async () => {
    expect(await saidOn(bad)).toBe(says);
    const names = [...says.matchAll(/\[([a-z-]+)\]$/gm)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(check === "all" ? HOST_CHECKS : [check]));
  });

  test("says nothing where nothing is", async () => {
    expect(await saidOn(good)).toBe("");
  });
});

async function saidOn(given: Given): Promise<string> {
  const { user = 0, cache = true, keys, sockets = [], files = {}, models = ["big", "small"], ill = {} } = given;
  const stack = resolve({
    stack: `services: { gateway: { settings: { cache: ${cache} } } }`,
    providers: PROVIDERS,
    ...(keys === undefined ? {} : { keys }),
  });
  const made = sampleFiles(stack, USUAL_PODMAN);
  const index = made.get(`host${INDEX_PATH}`) ?? "";
  const { services } = JSON.parse(index) as ServiceIndex;
  const system = memorySystem({ host: { effectiveUid: () => user } });
  system.files.put(INDEX_PATH, index);
  const passwd = services.map((one) => `${one.user}:x:${one.uid}:${one.uid}::${one.home}:/usr/sbin/nologin\n`);
  system.files.put("/etc/passwd", passwd.join(""));
  for (const { uid } of services) system.files.put(managerSocket(uid), { kind: "other" });
  for (const [path, content] of made) {
    const name = path.split("/").at(-1) ?? "";
    if (path.startsWith("gateway/files/"))
      system.files.put(path.replace("gateway/files", "/var/lib/gateway"), files[name] ?? content);
  }
  const uidOf = (who: string | number) => services.find((one) => one.user === who)?.uid ?? who;
  const rows = sockets.map(({ port, user: who }, row) => {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    return `  ${row}: 0100007F:${hex} 00000000:0000 0A 0:0 0:0 0  ${uidOf(who)} 0 ${row + 1}\n`;
  });
  system.files.put(`/proc/${system.host.processId()}/net/tcp`, rows.join(""));
  const units = services.find(({ name }) => name === "gateway")?.units ?? [];
  const shown = units.map(({ unit }) => `Id=${unit}\nLoadState=loaded\nActiveState=active\n`);
  system.runner.on("systemctl", { stdout: shown.join("\n") });
  for (const [container, word] of Object.entries(ill))
    system.runner.on(`healthcheck run ${container}`, { exitCode: 1, stdout: `${word}\n` });
  const body = typeof models === "string" ? models : JSON.stringify({ data: models.map((id) => ({ id })) });
  system.http.answer = () => ({ status: 200, body });
  const findings = await checkHost(system, stack);
  for (const { hint } of findings) expect(hint).not.toBe("");
  return findings.map(({ level, check, message }) => `${level}: ${message} [${check}]\n`).join("");
}
