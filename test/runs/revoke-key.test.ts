/** `gateway-manage key revoke`: refused at once, and not undone by the next run. */
import { describe, expect, test } from "vitest";
import { withoutKey } from "../../src/config/edit-keys.ts";
import type { ServiceIndex } from "../../src/model/index-file.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { revokeKey } from "../../src/runs/revoke-key.ts";
import { keySite, withGateway } from "../apply/key-site.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { expectConverged, install, prepareOn } from "../apply/support.ts";

const FILE = "/etc/install-quadlets/keys.yaml";
const TEXT = "keys:\n  anna: {}\n  ben: {}\n";

async function revokeOn(change: (host: MemoryHost) => void, name: string, no = false) {
  const host = new MemoryHost();
  const gateway = withGateway(host);
  host.system.files.put(FILE, { kind: "file", uid: 0, gid: 0, mode: 0o640, content: TEXT });
  const sources = () => {
    const keys = { file: FILE, text: host.text(FILE) };
    return { ...keySite(undefined), registry: { keys } };
  };
  await install(host, sources());
  const index = JSON.parse(host.text("/var/lib/install-quadlets/index.json")) as ServiceIndex;
  const service = index.services.find((one) => one.name === "router");
  if (service === undefined) throw new Error("no such service");
  change(host);
  const said: string[] = [];
  const error = await revokeKey({
    system: host.system,
    service,
    name,
    file: FILE,
    edit: (text) => withoutKey(FILE, text, name),
    askYes: async () => {
      if (no) throw new Error("no");
    },
    print: (text) => said.push(text),
  }).catch((caught: unknown) => String(caught));
  return { host, gateway, sources, said, error };
}

test("it opens nothing from then on, is out of the file, and the next run takes its value away", async () => {
  const { host, gateway, sources, said, error } = await revokeOn(() => undefined, "anna");
  expect(error).toBeUndefined();
  expect(said).toEqual([
    `${FILE}: anna is taken out`,
    "the gateway knows anna no more",
    "next: sudo install-quadlets takes its value off this host",
  ]);
  expect(host.text(FILE)).toBe("keys:\n  ben: {}\n");
  expect((await host.system.files.stat(FILE))?.mode).toBe(0o640);
  expect(gateway.rows.map(({ key_alias: name }) => name)).toEqual(["ben"]);
  const { plan } = await prepareOn(host, sources());
  expect(stepsOf(plan).map(({ change }) => change.kind)).toEqual(["remove-secret"]);
  await install(host, sources());
  await expectConverged(host, sources());
  expect(host.secrets.has("router-user/router-key_anna")).toBe(false);
});

describe("what does not go well", () => {
  test("a gateway that is down: the file says so, and the next run takes it out", async () => {
    const { host, gateway, sources, error } = await revokeOn((host) => host.shutDown(), "anna");
    expect(error).toContain("the gateway may still know anna: router does not answer at port 4100");
    expect(host.text(FILE)).not.toContain("anna");
    await install(host, sources());
    expect(gateway.named("anna")).toBeUndefined();
  });

  test("nobody says yes: nothing is changed", async () => {
    const { host, gateway, error } = await revokeOn(() => undefined, "anna", true);
    expect(error).toBe("Error: no");
    expect(host.text(FILE)).toBe(TEXT);
    expect(gateway.named("anna")).toBeDefined();
  });

  test("a name that nobody has", async () => {
    const { error, said } = await revokeOn(() => undefined, "carl");
    expect([error, said]).toEqual(["UserError: there is no key carl", []]);
  });

  test("the key of a service that asks would be there again with the next run", async () => {
    const { gateway, said, error } = await revokeOn((host) => {
      const rows = host.listening?.gateway.rows ?? [];
      const [row] = rows;
      if (row !== undefined)
        rows.push({ ...row, token: "t1", key_alias: "asker", metadata: { ...row.metadata, kind: "service" } });
    }, "asker");
    expect([error, said]).toEqual([
      "UserError: asker is the key that a service of this stack asks with: the next run would make it again",
      [],
    ]);
    expect(gateway.named("asker")).toBeDefined();
  });

  test("one of somebody else goes as well: it was named", async () => {
    const { gateway, said } = await revokeOn((host) => {
      const rows = host.listening?.gateway.rows ?? [];
      const [row] = rows;
      if (row !== undefined) rows.push({ ...row, token: "t1", key_alias: "ci", metadata: {} });
    }, "ci");
    expect(said).toEqual(["the gateway knows ci no more"]);
    expect(gateway.rows.map(({ key_alias: name }) => name)).toEqual(["anna", "ben"]);
  });
});
