/** Keeps what V8 made of the running program, where those who run it later find it: see compiled.ts. */
import { open, rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { LIBRARY } from "../model/places.ts";
import { compiledFile, type Loaded } from "./compiled.ts";
import type { OwnCode } from "./interfaces.ts";

let running: Loaded | undefined;

/** Said once, by whoever started this program. */
export function runsAs(loaded: Loaded): void {
  running = loaded;
}

/** Without it everything works as well, and takes longer to start: a disk that is full fails no run here. */
export const ownCode: OwnCode = {
  keepIn: async (copy) => {
    if (running !== undefined) await keep(running, `${copy}/dist/lib/${basename(running.file)}`);
  },
  keepHere: async () => {
    if (running?.isKept === false && running.file.startsWith(`${LIBRARY}/`)) await keep(running, running.file);
  },
};

async function keep(loaded: Loaded, file: string): Promise<void> {
  const target = compiledFile(file);
  const partial = `${target}.partial`;
  try {
    const handle = await open(partial, "w", 0o644);
    try {
      await handle.writeFile(loaded.compiled());
      // V8 sees what is cut off, and not what a power failure left out of the middle.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, target);
  } catch {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}
