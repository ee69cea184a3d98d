/** Starts a program of the build from its file in dist/lib: see scripts/build.mjs for what is in which. */
import { fileURLToPath } from "node:url";
import { EXIT } from "../model/exit-code.ts";
import { READER } from "../model/places.ts";
import { type Loaded, load } from "../system/compiled.ts";

interface Part {
  main(argv: readonly string[], loaded: Loaded, name?: string): unknown;
}

/** `name`: of the program, where there are several in that file. */
export function start(part: string, name?: string): void {
  // This is built into dist/bin.
  const loaded = load(fileURLToPath(new URL(`../lib/${part}.cjs`, import.meta.url)));
  void (loaded.exports as Part).main(process.argv, loaded, name);
}

/** Which file of dist/lib holds each program. */
const PARTS: Readonly<Record<string, string>> = {
  svc: "svc",
  "opik-manage": "opik-manage",
  "install-quadlets": "programs",
  "vllm-manage": "programs",
  "gateway-manage": "programs",
};

/** The same programs, which then know that they were called to look only: nobody but this names them so. */
export function startReader([name = "", ...words]: readonly string[]): void {
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (part === undefined) {
    process.stderr.write(`error: ${READER} is what svc and the others run for members of the group of readers\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  // Nothing is looked for where the caller stands.
  process.chdir("/");
  process.argv = [process.execPath, READER, ...words];
  start(part, name);
}
