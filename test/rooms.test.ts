/** Guards the import table of the house: who may import whom, which library has which one doorway, what stays pure. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const PURE = [
  "model",
  "quadlet",
  "rules",
  "config",
  "render",
  "commands",
  "plan",
  "fit",
  "gateway",
  "diagnosis",
  "init",
  "raw",
];
/** These see the host only through the interfaces of system, which the caller fills in. */
const ONLY_SYSTEM_INTERFACES = ["record", "admin", "facts", "apply", "verify", "apps", "doctor", "backup", "measure"];
const BELOW_RUNS = [...PURE, "pki", "system", ...ONLY_SYSTEM_INTERFACES];

/** room -> rooms that it may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  quadlet: ["model"],
  rules: ["model", "quadlet"],
  // Quadlets that a site brings along: what they become, publish, run and need.
  raw: ["model", "quadlet", "rules"],
  config: ["model", "gateway", "rules", "raw"],
  render: ["model", "quadlet", "rules", "raw", "gateway"],
  commands: ["model"],
  plan: ["model"],
  // Arithmetic on numbers that others read: it knows neither a host nor the configuration.
  fit: ["model"],
  // What a first configuration should say: it knows neither a host nor a terminal.
  init: ["model", "fit"],
  // Providers, routes and their checks as values: who reads files and who writes them is elsewhere.
  gateway: ["model"],
  pki: ["model"],
  system: ["model"],
  record: ["model"],
  // The way to a gateway's administration: what is asked and what is answered is known to gateway.
  admin: ["model", "gateway"],
  facts: ["model", "commands", "gateway", "admin", "pki", "quadlet", "record"],
  apply: ["model", "commands", "gateway", "admin", "pki", "record", "facts"],
  verify: ["model", "commands", "pki", "quadlet", "record", "facts", "plan"],
  apps: ["model", "commands", "gateway", "admin", "pki", "quadlet", "record", "facts", "plan"],
  // What is judged of a host, and in which words: a table of checks.
  diagnosis: ["model", "commands", "plan"],
  doctor: ["model", "commands", "quadlet", "record", "facts", "apps", "backup", "diagnosis"],
  backup: ["model", "commands", "record", "facts", "apps"],
  // Host and units in numbers and words, for whoever collects or reads them.
  measure: ["model", "commands", "facts", "apps", "backup"],
  runs: BELOW_RUNS,
  cli: [...BELOW_RUNS, "runs"],
  bin: ["cli"],
};

/** library -> the rooms that are its doorway. */
const DOORWAYS: Readonly<Record<string, readonly string[]>> = {
  yaml: ["config"],
  zod: ["config"],
  leven: ["model"],
  handlebars: ["render"],
  qr: ["render"],
  diff: ["plan"],
  "node-forge": ["pki"],
  "node:fs": ["system"],
  "node:fs/promises": ["system"],
  "node:child_process": ["system"],
  "node:dns/promises": ["system"],
  "node:http": ["system"],
  "node:https": ["system"],
  commander: ["cli"],
  "node:readline/promises": ["cli"],
  "node:readline": ["cli"],
  "ansi-escapes": ["cli"],
  "log-update": ["cli"],
  "string-width": ["cli"],
};

const IMPURE = /\basync\b|\bawait\b|new Date\(\)|Date\.now|Math\.random|\bprocess\./;

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, room: name.split("/")[0] ?? "", text: readFileSync(join("src", name), "utf8") }));

function imports(text: string): readonly string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

test("the table covers every room", () => {
  const rooms = new Set(files.map((file) => file.room));
  expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
});

test("rooms import only the rooms they may", () => {
  const wrong = files.flatMap(({ name, room, text }) =>
    imports(text)
      .filter((target) => target.startsWith("."))
      .map((target) => relative(".", join(dirname(name), target)))
      .filter((target) => {
        const other = target.split("/")[0] ?? "";
        if (other === room || MAY_IMPORT[room]?.includes(other) === true) return false;
        return !(ONLY_SYSTEM_INTERFACES.includes(room) && target === "system/interfaces.ts");
      })
      .map((target) => `${name} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("no file imports itself on the way through others, types included", () => {
  // What is loaded on demand is left out: it is asked for once everything is there.
  const targets = new Map(
    files.map(({ name, text }) => {
      const paths = [...text.matchAll(/^(?:import|export) [^;]*?from "(\.[^"]+)"/gm)].map((match) => match[1] ?? "");
      return [name, paths.map((path) => join(dirname(name), path))] as const;
    }),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, way: readonly string[]): void => {
    if (way.includes(name)) circles.push([...way.slice(way.indexOf(name)), name].join(" > "));
    if (way.includes(name) || done.has(name)) return;
    for (const target of targets.get(name) ?? []) visit(target, [...way, name]);
    done.add(name);
  };
  for (const { name } of files) visit(name, []);
  expect(circles).toEqual([]);
});

test("each library has one doorway", () => {
  const wrong = files.flatMap(({ name, room, text }) =>
    imports(text)
      .filter((target) => target in DOORWAYS && !DOORWAYS[target]?.includes(room))
      .map((target) => `${name} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("the middle is pure: no async, no clock, no randomness, no process", () => {
  const wrong = files
    .filter(({ room }) => PURE.includes(room))
    .filter(({ text }) => IMPURE.test(withoutComments(text)))
    .map(({ name }) => name);
  expect(wrong).toEqual([]);
});

test("arguments, terminal and environment are known at the ends only", () => {
  const wrong = files
    .filter(({ room }) => !["bin", "cli", "system"].includes(room))
    .filter(({ text }) => /\b(process|console)\.\w/.test(withoutComments(text)))
    .map(({ name }) => name);
  expect(wrong).toEqual([]);
});

test("no small command loads a run, or the configuration: it answers in the time that node takes to start", () => {
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const text = files.find((file) => file.name === name)?.text ?? "";
    const targets = [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gm)];
    for (const [, fixed, later] of targets) load(join(dirname(name), fixed ?? later ?? ""));
  };
  for (const name of ["svc", "opik"]) load(`cli/${name}-program.ts`);
  expect([...loaded]).toContain("cli/svc-status.ts");
  expect([...loaded].filter((name) => /^(runs|config|render|apply|rules)\//.test(name))).toEqual([]);
});

test("a switch over kinds of changes, or of what is recorded of them, names each: no kind is dropped unseen", () => {
  const open = files
    .filter(({ text }) => /\/(change|old-journal|trait)\.ts"/.test(text) || /kind: "remove-account"/.test(text))
    .filter(({ text }) =>
      [...text.matchAll(/\bdefault:\s*(.*)/g)].some(([, then]) => !/satisfies never/.test(then ?? "")),
    )
    .map(({ name }) => name);
  expect(open).toEqual([]);
});

test("no file is over 200 lines, and each says its job first", () => {
  const long = files.filter(({ text }) => text.split("\n").length > 201).map(({ name }) => name);
  const mute = files.filter(({ room, text }) => room !== "bin" && !text.startsWith("/**")).map(({ name }) => name);
  expect({ long, mute }).toEqual({ long: [], mute: [] });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
