/** Starts a program of the build from its file in dist/lib: see scripts/build.mjs for what is in which. */
import { fileURLToPath } from "node:url";
import { EXIT } from "../model/exit-code.ts";
import { READER } from "../model/places.ts";
import { type Loaded, load } from "../system/compiled.ts";

interface Part {
  main(argv: readonly string[], loaded: Loaded, name: string): unknown;
}

/** Which file of dist/lib holds each program. */
const PARTS = {
  svc: "svc",
  "opik-manage": "opik-manage",
  "install-quadlets": "programs",
  "vllm-manage": "programs",
  "gateway-manage": "programs",
  // A timer starts it every minute, and it loads nothing else.
  metrics: "metrics",
} as const;

type Name = keyof typeof PARTS;

export function start(name: Name): void {
  // This is built into dist/bin.
  const loaded = load(fileURLToPath(new URL(`../lib/${PARTS[name]}.cjs`, import.meta.url)));
  void (loaded.exports as Part).main(process.argv, loaded, name);
}

/** The same programs, which then know that they were called to look only: nobody but this names them so. */
export function startReader([name = "", ...words]: readonly string[]): void {
  if (!isProgram(name)) {
    process.stderr.write(`error: ${READER} is what svc and the others run for members of the group of readers\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  // Nothing is looked for where the caller stands.
  process.chdir("/");
  process.argv = [process.execPath, READER, ...words];
  start(name);
}

/** Of those that people type. */
function isProgram(name: string): name is Exclude<Name, "metrics"> {
  return name !== "metrics" && Object.hasOwn(PARTS, name);
}
