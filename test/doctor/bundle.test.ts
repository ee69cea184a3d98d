/** The support bundle: what is in it, and what must not be. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gatherBase } from "../../src/doctor/base.ts";
import { bundleText, makeBundle } from "../../src/doctor/bundle.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { refuseOld, writeNewFile } from "../../src/system/write-new.ts";
import { bareHost, type HostOptions, runningHost, shown } from "./hosts.ts";

const KEY = "correct-horse-battery-staple";
const KEPT = "kept aside by hand";
const UNIT = "/etc/containers/systemd/users/802/vllm-qwen.container";

function plantedHost(options: HostOptions = {}) {
  const system = runningHost({
    ...options,
    files: {
      "/etc/install-quadlets/stack.yaml": `services:\n  vllm-qwen:\n    environment: { HF_TOKEN: hf_AbCdEfGhIjKlMnOpQrSt, LEVEL: debug }\n# ${KEY}\n`,
      [UNIT]: `[Container]\nImage=docker.io/vllm/vllm-openai:v1\nEnvironment=API_KEY=plain "NOTE=${KEY}"\nSecret=vllm-qwen-api-key,type=env\n`,
      "/var/lib/install-quadlets/kept-secrets/vllm-user.vllm-qwen-api-key": KEPT,
      "/var/lib/vllm/.local/share/containers/storage/secrets/secrets.json": JSON.stringify({
        secrets: {},
        nameToID: { "vllm-qwen-api-key": "1" },
      }),
      ...options.files,
    },
  });
  system.runner
    .on("podman secret inspect --showsecret -- vllm-qwen-api-key", { stdout: JSON.stringify([{ SecretData: KEY }]) })
    .on(/systemctl --user show .*vllm-qwen/, ({ argv }) => ({ stdout: shown(argv, "failed") }))
    .on(/^journalctl .*_SYSTEMD_USER_UNIT=vllm-qwen.service/, {
      stdout: [
        `2026 vllm[1]: Authorization: Bearer ${KEY}`,
        `2026 vllm[1]: connecting to mysql://opik:hunter2@127.0.0.1/x`,
        `2026 vllm[1]: key is ${btoa(KEY)}, kept: ${KEPT}`,
        "2026 vllm[1]: \u001b[2JRuntimeError: no such model",
      ].join("\n"),
    });
  return system;
}

async function bundleOf(system: ReturnType<typeof plantedHost>) {
  const { index } = await gatherBase(system);
  return makeBundle({ system, index, report: { version: 1 }, tool: "0.1.0", node: "20.19.2" });
}

test("planted secrets are not in it, and what helps is", async () => {
  const bundle = await bundleOf(plantedHost());
  const text = bundleText(bundle);
  for (const secret of [KEY, KEPT, btoa(KEY), "hf_AbCd", "hunter2", "API_KEY=plain"])
    expect(text).not.toContain(secret);
  for (const helpful of [
    "RuntimeError: no such model",
    "Image=docker.io/vllm/vllm-openai:v1",
    "LEVEL: debug",
    "podman: podman version 5.4.2",
    "Secret=vllm-qwen-api-key,type=env",
  ])
    expect(text).toContain(helpful);
  expect(text).toContain("\\u001b[2J");
  expect(text).not.toContain("\u001b");
  const names = bundle.sections.map(({ name }) => name);
  expect(names.slice(0, 5)).toEqual(["doctor.json", "versions", "units", "log of vllm-qwen.service", "stack.yaml"]);
  expect(names).toContain(UNIT);
  expect(bundle.remarks).toEqual([]);
});

test("the log of what fails only, its last 200 lines", async () => {
  const system = plantedHost();
  await bundleOf(system);
  const asked = system.runner.printed.filter((line) => line.startsWith("journalctl") && line.includes("--lines=200"));
  expect(asked).toHaveLength(1);
});

test("secrets that cannot be read are said: of those only shapes are known", async () => {
  const system = plantedHost();
  system.runner.on("podman secret inspect", { stdout: "damaged" });
  expect((await bundleOf(system)).remarks).toEqual([
    "the secrets of vllm-user could not be read: of theirs only what looks like a secret is taken out",
  ]);
});

test("an account whose podman hangs is asked once", async () => {
  const names = { a: "1", b: "2", c: "3" };
  const store = "/var/lib/vllm/.local/share/containers/storage/secrets/secrets.json";
  const system = plantedHost({ files: { [store]: JSON.stringify({ secrets: {}, nameToID: names }) } });
  system.runner.on("podman secret inspect", () => {
    throw new UserError("no end after 10 s, killed");
  });
  const { remarks } = await bundleOf(system);
  expect(remarks).toHaveLength(1);
  const asked = system.runner.commands.filter(({ argv }) => argv.includes("--showsecret"));
  expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000]);
});

test("before the first run it holds what there is", async () => {
  const { sections } = await bundleOf(bareHost());
  expect(sections.map(({ name }) => name)).toEqual(["doctor.json", "versions"]);
});

describe("the file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(`${tmpdir()}/bundle-`);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is its owner's only", () => {
    writeNewFile(`${folder}/a`, "text");
    expect(statSync(`${folder}/a`).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${folder}/a`, "utf8")).toBe("text");
  });

  test("is never written over, nor through a link", () => {
    writeFileSync(`${folder}/old`, "mine");
    symlinkSync(`${folder}/nowhere`, `${folder}/link`);
    for (const name of ["old", "link"]) {
      expect(() => refuseOld(`${folder}/${name}`)).toThrow("is there already, and was not touched");
      expect(() => writeNewFile(`${folder}/${name}`, "text")).toThrow("is there already, and was not touched");
    }
    expect(readFileSync(`${folder}/old`, "utf8")).toBe("mine");
    expect(existsSync(`${folder}/nowhere`)).toBe(false);
    expect(() => writeNewFile(`${folder}/no/file`, "text")).toThrow("its directory does not exist");
  });
});
