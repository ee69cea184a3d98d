/** Starts a program of the build from its file in dist/lib: see scripts/build.mjs for what is in which. */
import { fileURLToPath } from "node:url";
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
