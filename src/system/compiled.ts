/**
 * Runs a file of the build from what V8 made of it before, where that lies beside it: reading it takes a third of the time that
 * compiling does. V8 itself looks whether it fits its own version and the file; that of another node is not looked for.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";

interface Module {
  exports: object;
}

type Body = (exports: object, require: NodeJS.Require, module: Module, file: string, directory: string) => void;

export interface Loaded {
  readonly file: string;
  /** V8 took what lay there. */
  readonly isKept: boolean;
  readonly exports: object;
  /** With every function that ran so far. */
  compiled(): Uint8Array;
}

/** `file`: CommonJS, and as trusted as what calls this. */
export function load(file: string): Loaded {
  // The build leaves ASCII alone, which is read as it is.
  const body = readFileSync(file, "latin1");
  const text = `(function (exports, require, module, __filename, __dirname) {${body}\n})`;
  const cachedData = readIfThere(compiledFile(file));
  const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
  const module: Module = { exports: {} };
  const run = script.runInThisContext() as Body;
  run(module.exports, createRequire(file), module, file, dirname(file));
  return {
    file,
    isKept: script.cachedDataRejected === false,
    exports: module.exports,
    compiled: () => script.createCachedData(),
  };
}

export function compiledFile(file: string): string {
  return `${file}.${process.version}`;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
