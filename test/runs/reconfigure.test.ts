/** Other settings for a model: tried, and kept only where a token came; otherwise host and file are as they were. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { withSettings } from "../../src/config/edit-settings.ts";
import type { Sources } from "../../src/config/load.ts";
import { reconfigurable } from "../../src/config/settings-of.ts";
import { parseKnown } from "../../src/fit/known.ts";
import type { UserError } from "../../src/model/diagnostic.ts";
import type { HttpAnswer } from "../../src/model/http.ts";
import { listGenerations } from "../../src/record/generations.ts";
import type { InstallRun } from "../../src/runs/carry-out.ts";
import { type Reconfiguration, reconfigure } from "../../src/runs/reconfigure.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { expectConverged, install } from "../apply/support.ts";
import { ownSources } from "../render/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { installRunOn } from "./support.ts";

const MODEL = `
description: a model
account: { user: model-user, home: /var/lib/model }
settings:
  model: { type: string, default: Qwen/Qwen3-8B, description: a model }
  length: { type: integer, default: 32768, min: 16, description: a length }
secrets:
  key: { generate: { length: 33, alphabet: base62 } }
ports:
  api: { host: 8000, container: 8000, bind: [loopback] }
serves_models:
  type: vllm
  port: api
  key: key
  models: [{ name: small }]
  probe: { path: /v1/x, find: tokens }
  fit: { model: "\${settings.model}", context: "\${settings.length}" }
containers:
  model:
    image: docker.io/lab/model:1
    command: [--model, "\${settings.model}", --length, "\${settings.length}"]
    secrets: [{ secret: key, env: KEY }]
    devices: ["nvidia.com/gpu=0"]
    listens: [8000]
`;

const SITE = "/etc/install-quadlets";
const FILE = `${SITE}/stack.yaml`;
const STACK = "# ours\nservices:\n  model:\n    settings:\n      length: 8192 # enough\n";
const known = parseKnown(readFileSync("config/models.json", "utf8"));
const UNIT = "/etc/containers/systemd/users/800/model.container";
const OTHER = `
description: another one
account: { user: other-user, home: /var/lib/other }
containers:
  other: { image: "docker.io/lab/other:1" }
`;
const SERVICES = { model: MODEL, other: OTHER };
parseOnce(ownSources(SERVICES));

const CARD = `<nvidia_smi_log><gpu><product_name>NVIDIA H100 80GB HBM3</product_name><uuid>GPU-a</uuid>
<fb_memory_usage><total>81559 MiB</total><reserved>0 MiB</reserved><used>70000 MiB</used></fb_memory_usage></gpu></nvidia_smi_log>`;

async function site(answer: (unit: string) => HttpAnswer | undefined, stack: string | undefined = STACK, card = CARD) {
  const host = new MemoryHost();
  const sources = (): Sources => {
    const text = host.text(FILE);
    return { ...ownSources(SERVICES), stack: [...ownSources(SERVICES).stack, { file: FILE, text }] };
  };
  if (stack !== undefined) host.system.files.put(FILE, { kind: "file", uid: 0, gid: 0, mode: 0o640, content: stack });
  host.system.files.put("/proc/4242/net/tcp", "  0: 0100007F:1F40 00000000:0000 0A 0:0 0:0 0  800 0 1\n");
  host.system.http.answer = () => answer(host.text(UNIT));
  host.system.runner.on("nvidia-smi", { stdout: card });
  await install(host, sources());
  return { host, sources };
}

async function change(
  { host, sources }: Awaited<ReturnType<typeof site>>,
  words: readonly string[],
  changes: Partial<InstallRun> = {},
  more: Partial<Reconfiguration> = {},
  meanwhile?: (text: string) => unknown,
) {
  const run = installRunOn(
    host.system,
    sources,
    { welcome: (_, answers) => run.heard.push(`answers: ${answers.length}`), ...changes },
    meanwhile,
  );
  const edit = (text: string, now: Sources) =>
    withSettings(FILE, text, "model", reconfigurable(now, "model").edits(words, []));
  const outcome = await reconfigure(run, {
    service: "model",
    directory: SITE,
    file: "stack.yaml",
    edit,
    known,
    force: false,
    ...more,
  }).catch((error: UserError) => error);
  return {
    heard: run.heard,
    outcome: outcome instanceof Error ? outcome.message : outcome,
    hint: outcome instanceof Error ? outcome.hint : "",
  };
}

const GOOD = { status: 200, body: '{"tokens":1}' };

test("a change that works is in the file, with all else that was there, and on the host", async () => {
  const there = await site(() => GOOD);
  const { heard, outcome } = await change(there, ["length=16384"]);
  expect(outcome).toBe("done");
  expect(there.host.text(FILE)).toBe(STACK.replace("8192", "16384"));
  expect((await there.host.system.files.stat(FILE))?.mode).toBe(0o640);
  expect(there.host.text(UNIT)).toContain("16384");
  await expectConverged(there.host, there.sources());
  expect((await listGenerations(there.host.system.files)).at(-1)).toMatchObject({
    what: "reconfigure model",
    result: "done",
  });
  const said = heard.join("\n");
  expect(said).toMatch(
    /lock: vllm-manage reconfigure model\nprint: \S+stack\.yaml\n.*-\s+length: 8192 # enough\n.*\+\s+length: 16384 # enough/s,
  );
  expect(said).toContain("fits: ");
  expect(said).toMatch(/shown: a plan\nask: Apply this plan\?.*answers: 1\nunlock$/s);
});

test("one that starts and gives no token goes back: the file, the unit, the history", async () => {
  const there = await site((unit) => (unit.includes("16384") ? { status: 400, body: "no room" } : GOOD));
  const before = { file: there.host.text(FILE), unit: there.host.text(UNIT) };
  const { outcome } = await change(there, ["length=16384"]);
  expect(outcome).toBe(
    "everything is as configured, but small does not give a token at http://127.0.0.1:8000: it answers 400: no room\n" +
      `everything was taken back; ${FILE} is as it was`,
  );
  expect({ file: there.host.text(FILE), unit: there.host.text(UNIT) }).toEqual(before);
  await expectConverged(there.host, there.sources());
  expect((await listGenerations(there.host.system.files)).at(-1)?.result).toBe("undone");
});

test("one whose unit does not come up has taken itself back already", async () => {
  const there = await site(() => GOOD);
  const unit = there.host.text(UNIT);
  const isNew = () => there.host.text(UNIT).includes("16384");
  there.host.scripted.set("model.service", () =>
    isNew() ? "ActiveState=failed\nSubState=failed\nResult=exit-code" : "ActiveState=active\nSubState=running",
  );
  const { outcome } = await change(there, ["length=16384"]);
  expect(outcome).toContain("model");
  expect(outcome).toContain("everything was taken back");
  expect([there.host.text(FILE), there.host.text(UNIT)]).toEqual([STACK, unit]);
  expect((await listGenerations(there.host.system.files)).at(-1)?.result).toBe("taken back");
});

test("another one that is down, and does not come up, is none of its business", async () => {
  const there = await site(() => GOOD);
  there.host.scripted.set("other.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
  const { heard, outcome } = await change(there, ["length=16384"]);
  expect(outcome).toBe("done");
  expect(there.host.text(FILE)).toBe(STACK.replace("8192", "16384"));
  expect(there.host.text(UNIT)).toContain("16384");
  expect(heard.join("\n")).not.toContain("other.service");
});

test("one that is down itself is started by what mends it", async () => {
  const there = await site(() => GOOD);
  const isNew = () => there.host.text(UNIT).includes("16384");
  there.host.scripted.set("model.service", () =>
    isNew() ? "ActiveState=active\nSubState=running" : "ActiveState=failed\nSubState=failed\nResult=exit-code",
  );
  expect((await change(there, ["length=16384"])).outcome).toBe("done");
  expect(there.host.text(UNIT)).toContain("16384");
});

test("what waits on the host goes first", async () => {
  const there = await site(() => GOOD);
  there.host.system.files.put(UNIT, "edited");
  const { outcome, hint } = await change(there, ["length=16384"]);
  expect([outcome, hint]).toEqual([
    "the host is not as configured; settings are changed on their own",
    "first: sudo install-quadlets",
  ]);
});

describe("nothing is touched", () => {
  test.each<[string, readonly string[], RegExp, Parameters<typeof change>[2]?, Parameters<typeof change>[4]?]>([
    ["by a name that is none", ["lenght=1"], /^model has no setting "lenght": did you mean length\?$/],
    [
      "by a value that the rules refuse",
      ["length=3"],
      /stack\.yaml:5:15 services\.model\.settings\.length: wanted at least 16, found 3/,
    ],
    [
      "by what cannot fit",
      ["model=meta-llama/Llama-3.1-70B-Instruct"],
      /does not fit: \d+\.\d\d GiB too little on each GPU/,
    ],
    ["by a dry run", ["length=16384"], /^pending$/, { dryRun: true }],
    [
      "by somebody who says no",
      ["length=16384"],
      /^no$/,
      {},
      (text) => {
        if (text.startsWith("Apply")) throw new Error("no");
      },
    ],
    ["where it says that already", ["length=8192"], /^done$/],
  ])("%s", async (_, words, says, changes, meanwhile) => {
    const there = await site(() => GOOD);
    const { changes: count } = there.host;
    expect((await change(there, words, changes, {}, meanwhile)).outcome).toMatch(says);
    expect(there.host.text(FILE)).toBe(STACK);
    expect(there.host.changes).toBe(count);
  });
});

test("what cannot fit is tried by force", async () => {
  const there = await site(() => GOOD);
  const { heard, outcome } = await change(there, ["model=meta-llama/Llama-3.1-70B-Instruct"], {}, { force: true });
  expect(outcome).toBe("done");
  expect(heard.join("\n")).toContain("does not fit: ");
});

test.each([
  [
    "of a model that nobody knows",
    ["model=mine/own"],
    CARD,
    "whether it fits is not known: no model is known by the name mine/own",
  ],
  ["without a card that can be asked", ["length=16384"], "", "whether it fits is not known: no GPU of this host"],
])("nothing is calculated %s, and that is said", async (_, words, card, says) => {
  const { heard, outcome } = await change(await site(() => GOOD, STACK, card), words);
  expect(outcome).toBe("done");
  expect(heard.join("\n")).toContain(says);
});

test("somebody who edits the file meanwhile keeps what he wrote", async () => {
  const there = await site(() => GOOD);
  const { outcome } = await change(there, ["length=16384"], {}, {}, (text) => {
    if (text.startsWith("Apply")) there.host.system.files.put(FILE, `${STACK}# mine\n`);
  });
  expect(outcome).toBe(`${FILE} changed meanwhile; nothing was done`);
  expect(there.host.text(FILE)).toBe(`${STACK}# mine\n`);
});

test("where there is no file yet, one is made", async () => {
  const there = await site(() => GOOD, "");
  expect((await change(there, ["length=16384"])).outcome).toBe("done");
  expect(there.host.text(FILE)).toBe("services: { model: { settings: { length: 16384 } } }\n");
});
