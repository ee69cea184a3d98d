/** A service that leaves the stack: all of it goes but what its users keep, and it comes back as it was. */
import { beforeAll, expect, test } from "vitest";
import { listUnits, lostData, plantData, secretsOf, waitUntilUp } from "./services.ts";
import { startFrom } from "./start.ts";
import { client, host, hostScript, putFile, TAILNET_ADDRESS, tryClient, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const LABEL = "prune";
const IMAGES = "/var/lib/opik/.local/share/containers/storage/overlay-images/images.json";

interface Planned {
  readonly stays?: readonly string[];
  readonly changes: readonly {
    readonly action: string;
    readonly service: string | null;
    readonly kind: string;
    readonly summary: string;
    readonly reason: string;
  }[];
}

startFrom("installed");

let uid: string;
let mine: string;
let secrets: ReadonlyMap<string, string>;

/** Since when each unit of the services that stay runs. */
async function since(): Promise<ReadonlyMap<string, string>> {
  const { units } = JSON.parse(await host("svc", "list", "--all", "--json")) as {
    units: readonly { name: string; since: string }[];
  };
  return new Map(units.map(({ name, since: time }) => [name, time]));
}

beforeAll(async () => {
  await plantData(LABEL);
  uid = await host("id", "-u", "opik-user");
  mine = `/etc/systemd/system/user@${uid}.service.d/99-mine.conf`;
  secrets = await secretsOf("opik-user");
  await putFile(mine, "[Unit]\n# a person's own\n");
  await putFile(STACK, "services: { opik: { enabled: false } }\n");
});

test("the plan names exactly what goes and what stays", async () => {
  const answer = await tryHost("install-quadlets", "--dry-run", "--json");
  expect(answer.code, answer.err).toBe(2);
  const { changes, stays } = JSON.parse(answer.out) as Planned;
  const opik = changes.filter((change) => change.service === "opik");
  expect(opik.every((change) => change.reason === "opik is no longer in the stack")).toBe(true);
  const kinds = opik.map((change) => change.kind);
  expect(kinds.filter((kind) => kind === "stop")).toHaveLength(10);
  expect(kinds.filter((kind) => kind === "remove-secret")).toHaveLength(secrets.size);
  expect(new Set(kinds)).toEqual(
    new Set(["stop", "remove-file", "remove-secret", "unlinger", "stop-manager", "remove-directory"]),
  );
  expect(opik.map((change) => change.summary)).not.toContain(`directory ${mine.replace(/\/[^/]*$/, "")}`);
  const others = changes.filter((change) => change.service !== "opik");
  expect(others.filter((change) => change.action === "remove")).toEqual([]);
  const restarts = others.filter((change) => change.kind === "unit").map((change) => change.summary);
  expect(restarts.sort()).toEqual(["restart dnsmasq", "restart nginx-proxy"]);
  expect(stays).toEqual([expect.stringMatching(/^user opik-user, \/var\/lib\/opik \(\d+ entries\), 9 images$/)]);
  expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
});

test("it is stopped and removed; the others do not notice", async () => {
  const before = await since();
  const answer = await tryHost("install-quadlets", "--yes");
  expect(answer.code, answer.err).toBe(0);
  const after = await since();
  for (const name of ["vllm-qwen", "open-webui"]) expect(after.get(name), name).toBe(before.get(name));
  expect([...after.keys()].filter((name) => name.startsWith("opik"))).toEqual([]);
  expect((await tryHost("systemctl", "is-active", `user@${uid}.service`)).out).toBe("inactive");
  expect((await tryHost("pgrep", "-u", uid)).out).toBe("");
  const places = [`/etc/containers/systemd/users/${uid}`, "/var/lib/systemd/linger/opik-user", `/run/user/${uid}`];
  for (const place of places) expect((await tryHost("test", "-e", place)).code, place).toBe(1);
  expect(await host("ls", mine.replace(/\/[^/]*$/, ""))).toBe("99-mine.conf");
  expect((await tryHost("curl", "-sS", "--max-time", "60", "http://localhost:5173/")).code).toBe(7);
  expect(await hostScript("cat /var/lib/opik/.local/share/containers/storage/secrets/secrets.json")).not.toContain(
    "opik-mysql",
  );
});

test("its name is gone, those of the others are not", async () => {
  const gone = await tryClient("dig", `@${TAILNET_ADDRESS}`, "opik.liminati.internal");
  expect(gone.out).toContain("status: NXDOMAIN");
  expect(await client("dig", `@${TAILNET_ADDRESS}`, "webui.liminati.internal", "+short")).toBe(TAILNET_ADDRESS);
});

test("data, user and images stay", async () => {
  expect(await host("id", "-u", "opik-user")).toBe(uid);
  expect(await host("cat", `/var/lib/opik/mysql/lab-kept-${LABEL}`)).toBe(LABEL);
  const images = JSON.parse(await host("cat", IMAGES)) as readonly { names?: readonly string[] }[];
  // podman itself makes the one that holds a pod together.
  const pulled = images.filter((image) => image.names?.some((name) => !name.startsWith("localhost/")));
  expect(pulled).toHaveLength(9);
  expect(await host("stat", "-c", "%a %U", "/var/lib/install-quadlets/kept-secrets")).toBe("700 root");
});

test("nothing is left to do", async () => {
  expect(await host("install-quadlets", "--dry-run")).toBe("nothing to do: the host is as configured");
});

test("it comes back with its data and its passwords", async () => {
  await host("rm", STACK);
  const answer = await tryHost("install-quadlets", "--yes");
  expect(answer.code, answer.err).toBe(0);
  expect(await waitUntilUp(300)).toEqual([]);
  expect(await secretsOf("opik-user")).toEqual(secrets);
  expect(await lostData(LABEL)).toEqual([]);
});

test("a rollback brings one back as well", async () => {
  const before = await secretsOf("webui-user");
  await putFile(STACK, "services: { open-webui: { enabled: false } }\n");
  await host("install-quadlets", "--yes");
  expect((await listUnits()).filter((unit) => unit.user === "webui-user")).toEqual([]);
  const back = await tryHost("install-quadlets", "rollback", "--yes");
  expect(back.code, back.err).toBe(0);
  expect(await waitUntilUp(300)).toEqual([]);
  expect((await listUnits()).map((unit) => unit.name)).toContain("open-webui");
  expect(await secretsOf("webui-user")).toEqual(before);
  expect(await lostData(LABEL)).toEqual([]);
});
