/** `check` on files as they lie on a disk: what it reads, says, writes, and how it ends. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CheckOptions, check } from "../../src/cli/check.ts";
import { checkSchema } from "../../src/config/schema/check.ts";
import { memorySystem } from "../support/memory-system.ts";

const X = "[Container]\nImage=localhost/x\n";
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "check-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

function put(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

async function run(names: readonly string[], options: CheckOptions = {}): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await check(
    names.map((name) => join(folder, name)),
    { podman: "5.4.2", ...options },
  );
  // Whatever is printed for programs has the form that is published.
  if (options.json === true) checkSchema.parse(JSON.parse(text));
  return text.replaceAll(`${folder}/`, "");
}

test("a folder with folders and drop-ins; two files of one name are told apart", async () => {
  put({
    "a/x.container": `${X}Nope=1\n`,
    "b/x.container": X,
    "b/y.container": X,
    "b/y.container.d/z.conf": "[Container]\nNo=1\n",
  });
  const text = await run(["."]);
  expect(text).toContain("error: ./a/x.container:3:1".replace("./", ""));
  expect(text).toContain("b/x.container:1:1 Container: is not read");
  expect(text).toContain("b/y.container.d/z.conf:2:1 Container.No");
  expect(process.exitCode).toBe(1);
});

test("a file that is named may refer to what lies beside it, which is not judged", async () => {
  put({ "a.container": `${X}Pod=p.pod\n`, "p.pod": "[Pod]\nNope=1\n" });
  expect(await run(["a.container"])).toBe("1 unit file, no faults for podman 5.4.2\n");
  expect(process.exitCode).toBeUndefined();
});

test("a drop-in alone belongs to the unit beside its folder", async () => {
  put({ "a.container": X, "a.container.d/gpu.conf": "[Container]\nAddDevices=x\n" });
  expect(await run(["a.container.d/gpu.conf"])).toContain("a.container.d/gpu.conf:2:1");
});

test("what is no regular file, too large or not there is said in a sentence, and the rest is checked", async () => {
  put({ "ok.container": X, "big.container": new Uint8Array(2_000_000) });
  execFileSync("mkfifo", [join(folder, "pipe.container")]);
  symlinkSync("/dev/zero", join(folder, "zero.container"));
  symlinkSync("b.container", join(folder, "a.container"));
  symlinkSync("a.container", join(folder, "b.container"));
  symlinkSync(folder, join(folder, "again"));
  const text = await run(["."]);
  expect(text).toContain("pipe.container is a pipe, and no file");
  expect(text).toContain("zero.container is a device, and no file");
  expect(text).toContain("big.container has 2000000 bytes");
  expect(text).toContain("a.container is a link in a circle");
  expect(text).toContain("1 unit file, 5 not read");
  expect(process.exitCode).toBe(1);
});

test("many findings of one rule are folded, control characters are shown", async () => {
  put({ "a\u001b.container": `${X}${"nonsense\n".repeat(50)}` });
  const text = await run(["."]);
  expect(text).toContain("and 30 more like this in this file [no-assignment]");
  expect(text).toContain("a\\u001b.container");
  expect(text).not.toContain("\u001b");
});

test.each(["latest", "5", "5.4; rm", "5.4.2\n", ""])("--podman takes no %j", async (podman) => {
  put({ "a.container": X });
  await expect(run(["a.container"], { podman })).rejects.toThrow("is no version");
});

test("a podman that has no quadlets is refused", async () => {
  put({ "a.container": X });
  await expect(run(["a.container"], { podman: "4.3.1" })).rejects.toThrow("4.4 is the first that has");
});

test("warnings end with 1 with --strict only", async () => {
  put({ "a.container": `${X}Environment=A=b c\n` });
  await run(["a.container"]);
  expect(process.exitCode).toBeUndefined();
  await run(["a.container"], { strict: true });
  expect(process.exitCode).toBe(1);
});

test("--json and --sarif are whole documents", async () => {
  put({ "a.container": `${X}Args=a\n` });
  const json = JSON.parse(await run(["a.container"], { json: true }));
  expect(json.findings).toMatchObject([{ rule: "unknown-key", level: "error", line: 3, column: 1, fixable: true }]);
  const sarif = JSON.parse(await run(["a.container"], { sarif: true }));
  expect(sarif.version).toBe("2.1.0");
  expect(sarif.runs[0].results[0]).toMatchObject({ ruleId: "unknown-key", level: "error" });
  expect(sarif.runs[0].results[0].locations[0].physicalLocation.region).toEqual({ startLine: 3, startColumn: 1 });
});

test("--fix shows and writes, keeps the mode, and leaves links and bytes that are no text alone", async () => {
  put({
    "a.container": `${X}Args=a\n`,
    "b.container": new Uint8Array([...Buffer.from(`${X}Args=a\n#`), 0xff]),
    "real/c": `${X}Args=a\n`,
  });
  symlinkSync("real/c", join(folder, "c.container"));
  const before = statSync(join(folder, "a.container")).mode;
  const text = await run(["."], { fix: true });
  expect(text).toContain("--- ./a.container\n@@ line 3 @@\n-Args=a\n+Exec=a".replace("./", ""));
  expect(readFileSync(join(folder, "a.container"), "utf8")).toBe(`${X}Exec=a\n`);
  expect(statSync(join(folder, "a.container")).mode).toBe(before);
  expect([...readFileSync(join(folder, "b.container"))].at(-1)).toBe(0xff);
  expect(readFileSync(join(folder, "real/c"), "utf8")).toBe(`${X}Args=a\n`);
});

test("--fix leaves nothing for a second run", async () => {
  put({ "a.container": "; old\n[container]\nimage=localhost/x\nPublishPort=80:80 # web\nReadOnly=y\n" });
  await run(["a.container"], { fix: true, podman: "5.3" });
  const once = readFileSync(join(folder, "a.container"), "utf8");
  expect(once).toBe("# old\n[Container]\nImage=localhost/x\n# web\nPublishPort=80:80\nReadOnly=true\n");
  expect(await run(["a.container"], { fix: true, podman: "5.3" })).toBe("1 unit file, no faults for podman 5.3\n");
});

test("files about models are known by their names, and checked with the stack that is named", async () => {
  put({
    "stack.yaml": "services: { gateway: {} }\n",
    "model-mappings.yaml": "models:\n  qwen: { to: [{ provider: vllm-qwem }] }\n",
    "providers.yaml": "providers: { vllm-qwen: { type: vllm, service: vllm-qwen } }\n",
    "other/providers.yaml": "providers: {}\n",
  });
  const names = ["stack.yaml", "providers.yaml", "model-mappings.yaml"];
  const message =
    'model-mappings.yaml:2:28 models.qwen.to.0.provider: no provider is named "vllm-qwem" [providers-exist]';
  await expect(run(names)).rejects.toThrow(message);
  const found = JSON.parse(await run(names, { json: true }));
  expect(found.findings).toMatchObject([
    { level: "error", check: "providers-exist", line: 2, column: 28, message: 'no provider is named "vllm-qwem"' },
  ]);
  expect(process.exitCode).toBe(1);
  process.exitCode = undefined;
  expect(await run(["stack.yaml", "providers.yaml"])).toContain("6 services, no faults: ");
  expect(process.exitCode).toBeUndefined();
  await expect(run(["providers.yaml", "other/providers.yaml"])).rejects.toThrow("only one providers.yaml");
});

test("a stack that is named may be another host's: the ports of this one say nothing about it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    put({ "stack.yaml": `services: { gateway: { ports: { api: ${port} } } }\n` });
    expect(await run(["stack.yaml"])).toMatch(/^6 services, no faults: /);
    expect(process.exitCode).toBeUndefined();
  } finally {
    server.close();
  }
});

test("without --podman it is that of this host, and the report says so", async () => {
  put({ "x.container": "[Container]\nImage=docker.io/library/a:1\nMemory=4g\n" });
  const judged = async (version: string | undefined) => {
    let text = "";
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    const system = memorySystem({ programs: version === undefined ? [] : ["podman"] });
    system.runner.on("podman --version", { stdout: `podman version ${version}\n` });
    await check([join(folder, "x.container")], {}, system);
    return text;
  };
  expect(await judged("5.8.6")).toMatch(/1 unit file, no faults for podman 5\.8\.6, which this host has\n$/);
  expect(await judged("5.4.2")).toMatch(/needs podman 5\.5, this host has 5\.4\.2/);
  expect(await judged("4.3.1")).toMatch(/for podman 5\.4\.2\n$/);
  expect(await judged(undefined)).toMatch(/for podman 5\.4\.2\n$/);
});

test("one document of one command, and of what is no quadlet no word that it is well", async () => {
  put({ "x.container": X, "x.socket": "[Socket]\nListenStream=1\n", "stack.yaml": "{}\n" });
  await expect(run(["x.container", "stack.yaml"], { json: true })).rejects.toThrow(/--json prints one document/);
  await expect(run(["stack.yaml"], { sarif: true })).rejects.toThrow(/--sarif is about quadlets/);
  expect(await run(["x.socket"])).toBe("x.socket: no quadlet; systemd reads it itself, and it was not judged\n");
  expect(await run(["x.socket", "x.container"])).toMatch(/not judged\n1 unit file, .*for podman 5\.4\.2\n$/);
  expect(JSON.parse(await run(["x.socket"], { json: true }))).toMatchObject({
    version: 1,
    files: 0,
    notJudged: [expect.stringMatching(/x\.socket$/)],
  });
});

test("--json of a configuration, sound or not, is the other form", async () => {
  put({
    "good.yaml": "listen: 100.64.0.7\n",
    "bad.yaml": "listen: 100.64.0.7\nservices: { opik: { ports: { web: x } } }\n",
  });
  expect(JSON.parse(await run(["good.yaml"], { json: true }))).toMatchObject({ version: 1, findings: [] });
  const { findings } = JSON.parse(await run(["bad.yaml"], { json: true }));
  expect(findings).toMatchObject([{ level: "error", line: 2, path: "services.opik.ports.web" }]);
  expect(process.exitCode).toBe(1);
});
