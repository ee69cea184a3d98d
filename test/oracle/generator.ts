/** Runs podman's own generator out of a root file system: what it makes of files, and what it says. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decodeBytes } from "../../src/quadlet/bytes.ts";
import type { Texts } from "../rules/cases.ts";
import { encodeText } from "../support/bytes.ts";

type Line = readonly [section: string, key: string, value: string];

export interface Made {
  readonly service: string;
  readonly lines: readonly Line[];
}

export interface Outcome {
  /** By the name of the file; what is not here was refused. */
  readonly made: ReadonlyMap<string, Made>;
  readonly said: string;
  readonly code: number | null;
}

export interface Generator {
  readonly version: string;
  readonly run: (texts: Texts) => Outcome;
}

/** By the loader of that root, so that its libraries are taken and nothing has to be mounted. */
export function generatorIn(root: string): Generator {
  const library = readdirSync(join(root, "usr/lib")).find((name) => /-linux-gnu$/.test(name)) ?? "";
  const folder = join(root, "usr/lib", library);
  const loader = readdirSync(folder).find((name) => /^ld-linux.*\.so/.test(name)) ?? "";
  const program = [join(folder, loader), "--library-path", folder, join(root, "usr/libexec/podman/quadlet")];
  const call = (args: readonly string[], unitDirs: string) =>
    spawnSync(program[0] ?? "", [...program.slice(1), ...args], {
      env: { PATH: "/usr/bin", HOME: "/root", QUADLET_UNIT_DIRS: unitDirs },
      timeout: 20_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  const version = call(["-version"], "/nowhere").stdout.toString().trim();
  if (!/^\d/.test(version)) throw new Error(`${root} has no generator that runs here`);
  const run = (texts: Texts): Outcome => {
    const dir = mkdtempSync(join(tmpdir(), "oracle-"));
    try {
      for (const [path, text] of Object.entries(texts)) {
        mkdirSync(dirname(join(dir, path)), { recursive: true });
        writeFileSync(join(dir, path), encodeText(text));
      }
      const { status, stdout, stderr } = call(["-dryrun", "-user"], dir);
      return readOutcome(decodeBytes(stdout), decodeBytes(stderr), status, dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  };
  return { version, run };
}

/** Paths in it are as if the files lay in "/". */
export function readOutcome(stdout: string, stderr: string, code: number | null, dir: string): Outcome {
  const made = new Map<string, Made>();
  const parts = stdout.replaceAll(dir, "").split(/^---([^\n]*\.service)---$/m);
  for (let index = 1; index < parts.length; index += 2) {
    const lines = readLines(parts[index + 1] ?? "");
    const source = lines.findLast(([section, key]) => section === "Unit" && key === "SourcePath")?.[2] ?? "";
    made.set(source.slice(source.lastIndexOf("/") + 1), { service: parts[index] ?? "", lines });
  }
  const said = stderr
    .replaceAll(dir, "")
    .replace(/^quadlet-generator\[\d+\]: (Loading|Warning|No files).*\n/gm, "")
    .replace(/^quadlet-generator\[\d+\]: /gm, "");
  return { made, said, code };
}

/** The generator writes each assignment on one line. */
function readLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let section = "";
  for (const line of text.split("\n")) {
    const name = /^\[([^\]]*)\]$/.exec(line)?.[1];
    const equals = line.indexOf("=");
    if (name !== undefined) section = name;
    else if (equals > 0 && !/^[#;]/.test(line)) lines.push([section, line.slice(0, equals), line.slice(equals + 1)]);
  }
  return lines;
}
