/** Standard input as an unlinked file: podman takes neither a socket (what Node's pipes are) nor one it cannot reopen. */
import { closeSync, fchmodSync, openSync, unlinkSync, writeSync } from "node:fs";
import { randomHex } from "./random.ts";

/** tmpfs: the text never reaches a disk. */
const DIRECTORY = "/run";

/**
 * The descriptor of a file that has no name, to be closed by the caller. It is readable for whoever holds a
 * descriptor of it, because the program may run as another user and open /dev/stdin anew.
 */
export function openStdin(text: string): number {
  const path = `${DIRECTORY}/install-quadlets-${randomHex(16)}`;
  const created = openSync(path, "wx", 0o600);
  try {
    const reading = openSync(path, "r");
    unlinkSync(path);
    // Only now: while it had a name, nobody else could open it.
    fchmodSync(created, 0o444);
    writeSync(created, text);
    return reading;
  } finally {
    closeSync(created);
  }
}
