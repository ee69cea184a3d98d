/** Which commands end with the next one to type, and which on purpose do not. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { next } from "../../src/model/next.ts";
import { commandsOf, PROGRAMS } from "../support/commands.ts";

afterEach(() => vi.restoreAllMocks());

/** Whoever asks something has the answer; a timer has nobody to tell. */
const ASKS = "asks";
const TIMER = "for a timer";
/** What ends with the report of a run. */
const RUN = "the last line of welcome.ts";
/** One line, or none, as of old: scripts and fingers know them. */
const SILENT = "silent by nature";
const OTHERS = "what runs there has the word";

/** Of every program that looks after one service. */
const APP = {
  status: ASKS,
  health: ASKS,
  logs: ASKS,
  follow: ASKS,
  restart: SILENT,
  credentials: ASKS,
  completion: ASKS,
};

const ENDINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "install-quadlets": {
    "": RUN,
    plan: "plan --out",
    apply: RUN,
    update: "update",
    reinstall: RUN,
    verify: ASKS,
    render: "render",
    "ca show": ASKS,
    "ca rotate": "ca rotate",
    renew: TIMER,
    idle: TIMER,
    metrics: TIMER,
    history: ASKS,
    diff: ASKS,
    rollback: "rollback",
    backup: "backup",
    restore: "restore",
    backups: ASKS,
    "secrets list": ASKS,
    "secrets show": ASKS,
    "secrets rotate": RUN,
    "secrets set": RUN,
    "secrets unset": RUN,
    "secrets import": "secrets import",
    ports: ASKS,
    uninstall: "uninstall",
    check: ASKS,
    adopt: "adopt",
    eject: "eject",
    init: "init",
    doctor: "doctor --bundle",
    fit: ASKS,
    completion: ASKS,
  },
  svc: {
    list: ASKS,
    status: ASKS,
    alerts: ASKS,
    start: SILENT,
    stop: SILENT,
    restart: SILENT,
    reload: SILENT,
    logs: ASKS,
    exec: OTHERS,
    shell: OTHERS,
    open: ASKS,
    where: ASKS,
    versions: ASKS,
    top: ASKS,
    dash: ASKS,
    pull: "svc pull",
    update: OTHERS,
    client: ASKS,
    completion: ASKS,
  },
  "vllm-manage": {
    ...APP,
    "models list": ASKS,
    "models pull": "vllm-manage models pull",
    "models suggest": "gateway-manage models suggest",
    // What is gone is gone.
    "models remove": SILENT,
    "key show": ASKS,
    "key rotate": "vllm-manage key rotate",
    reconfigure: "vllm-manage reconfigure",
    bench: ASKS,
    fit: ASKS,
    free: ASKS,
    gpu: ASKS,
  },
  "opik-manage": { ...APP, backup: OTHERS, restore: OTHERS, upgrade: OTHERS, reinstall: OTHERS },
  "gateway-manage": {
    ...APP,
    "models list": ASKS,
    "models remove": SILENT,
    "models suggest": "gateway-manage models suggest",
    "key list": ASKS,
    "key show": ASKS,
    "key create": "gateway-manage key create",
    "key rotate": "gateway-manage key rotate",
    "key revoke": "gateway-manage key revoke",
    usage: ASKS,
    tail: ASKS,
    analyze: ASKS,
    compare: ASKS,
    load: ASKS,
    test: ASKS,
    "cache stats": ASKS,
    "cache keys": ASKS,
    "cache watch": ASKS,
    "cache flush": "gateway-manage cache flush",
  },
};

const NONE = [ASKS, TIMER, RUN, SILENT, OTHERS];

const said = new Set(
  readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...readFileSync(`src/${name}`, "utf8").matchAll(/\bnext\(([^)]*)/g)])
    .flatMap(([, words = ""]) => [...words.matchAll(/"([a-z][^"]*)"/g)].map(([, ending]) => ending)),
);

test.each(Object.keys(PROGRAMS))("%s: every command has an ending, or a reason for none", async (name) => {
  const commands = (await commandsOf(PROGRAMS[name] ?? expect.fail(), "leaves")).map((words) => words.join(" "));
  const known = Object.keys(ENDINGS[name] ?? {}).filter((one) => one !== "");
  expect([...commands].sort()).toEqual(known.sort());
});

test("an ending that a command has is said by it, and each is a command's", () => {
  const endings = Object.values(ENDINGS).flatMap((one) => Object.values(one).filter((word) => !NONE.includes(word)));
  for (const ending of endings) expect([...said]).toContain(ending);
  for (const word of said)
    expect(
      endings.some((ending) => word?.startsWith(ending.split(" -")[0] ?? "")),
      word,
    ).toBe(true);
  expect(readFileSync("src/cli/welcome.ts", "utf8")).toMatch(/"on this host: +svc list, svc status NAME/);
});

test.each<[string, string]>([
  [
    next("plan --out", "/root/site plan"),
    "sudo install-quadlets apply '/root/site plan' carries out that plan and no other",
  ],
  [
    next("render", "--config", "a.yaml"),
    "sudo install-quadlets --config a.yaml --dry-run shows what of that this host lacks",
  ],
  [next("restore", "opik"), "sudo svc status opik looks closer"],
  [next("secrets import", "old/.env"), "shred --remove old/.env once all is well: it still holds the values"],
  [
    next("vllm-manage models pull", "vllm-qwen", "Qwen/Qwen3-8B"),
    "sudo vllm-manage reconfigure vllm-qwen model=Qwen/Qwen3-8B",
  ],
  // What is typed is shown, not done.
  [next("eject", "/tmp/\u001b[2J/README.md"), "less '/tmp/\\u001b[2J/README.md'"],
])("%s", (line, words) => {
  expect(line).toBe(`next: ${words}`);
});
