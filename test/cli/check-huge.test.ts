/** Files of a megabyte that are bad from end to end: a finding or a sentence, in seconds, whatever it is that they are full of. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const HEAD = "[Container]\nImage=docker.io/library/a:1\n";
/** As much as is read of a file at most. */
const MOST = 1024 * 1024;

const full = (before: string, again: (index: number) => string, after = ""): string => {
  const parts = [before];
  let length = before.length + after.length;
  for (let index = 0; ; index++) {
    const part = again(index);
    length += part.length;
    if (length > MOST) return `${parts.join("")}${after}`;
    parts.push(part);
  }
};

const FILES: Readonly<Record<string, string>> = {
  "nothing but NUL": "\0".repeat(MOST),
  "lines that are no assignment": full(HEAD, () => "a\n"),
  "sections that nobody reads": full(HEAD, () => "[Foo]\n"),
  "one unknown key": full(HEAD, () => "Nope=1\n"),
  "unknown keys, each another one": full(HEAD, (index) => `Nope${index}=1\n`),
  "one key, again and again": full(HEAD, () => "Image=b\n"),
  "one value over all lines": full(`${HEAD}Sysctl=\\\n`, () => "a \\\n", "b\n"),
  "a command over all lines": full(`${HEAD}Exec=\\\n`, () => "a \\\n", "b\n"),
  "words of an environment": full(`${HEAD}Environment=`, () => "a=b ", "\n"),
  "words that are no environment": full(`${HEAD}Environment=`, () => "a ", "\n"),
  percents: full(`${HEAD}Exec=`, () => "%y ", "\n"),
  "quotes that do not end": full(`${HEAD}Exec=`, () => "'a\" ", "\n"),
  escapes: full(`${HEAD}Exec=`, () => "\\q \u001b[0m", "\n"),
  "no UTF-8": full(`${HEAD}Exec=`, () => "\udcff ", "\n"),
  volumes: full(HEAD, () => "Volume=a:b:c:d\n"),
  mounts: full(HEAD, (index) => `Mount=type=bind,source=/a,target=/${index}\n`),
  "one port": full(HEAD, () => "PublishPort=80:80\n"),
  networks: full(HEAD, (index) => `Network=n${index}.network\n`),
  "whom it starts after": full("[Unit]\nAfter=", () => "b.container ", `\n${HEAD}`),
  comments: full(HEAD, () => "; a\n"),
};

let folder = "";
let program = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "huge-"));
  program = join(folder, "program.mjs");
  // In a process of its own each time: what one needs is not hidden by what others left.
  const contents = `
import { check } from "./src/cli/check.ts";
await check([process.argv[2]], { podman: "5.4.2" });
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.stderr.write(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }));
process.exit(0);
`;
  const stdin = { contents, resolveDir: process.cwd(), loader: "ts" as const };
  const banner = 'import { createRequire as c } from "node:module"; const require = c(import.meta.url);';
  await build({ stdin, outfile: program, bundle: true, format: "esm", platform: "node", banner: { js: banner } });
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each(Object.keys(FILES))("%s", { timeout: 120_000 }, (name) => {
  const own = mkdtempSync(join(folder, "one-"));
  const path = join(own, "x.container");
  writeFileSync(path, Buffer.from(FILES[name] ?? "", name === "no UTF-8" ? "latin1" : "utf8"));
  const { status, stdout: text, stderr } = spawnSync(process.execPath, [program, path], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(text).toMatch(/x\.container|no faults/);
  // Folded: nobody reads a hundred thousand lines.
  expect(text.split("\n").length).toBeLessThan(400);
  const used = JSON.parse(stderr) as { seconds: number; megabytes: number };
  // Ten times what it takes; what grows with the square of the file takes minutes.
  expect(used.seconds).toBeLessThan(20);
  expect(used.megabytes).toBeLessThan(500);
});
