/** What a backup and a restore work with: a host, and somebody to tell. */
import { sizeText } from "../model/size.ts";
import type { Bulk, System } from "../system/interfaces.ts";

export interface Scene {
  readonly system: System;
  readonly bulk: Bulk;
  /** Version of this program. */
  readonly tool: string;
  /** Replaces itself on a terminal. */
  progress(text: string): void;
  note(text: string): void;
  /** What is not as it should be, and no reason to stop. */
  complain(text: string): void;
  /** Throws a UserError once somebody asked to stop. */
  refuseStopped(): void;
}

/** Counts bytes, and says how many now and then; stops where somebody asked for it. */
export function meter(scene: Scene, what: string, whole?: number): (bytes: number) => void {
  let done = 0;
  let said = 0;
  return (bytes) => {
    done += bytes;
    scene.refuseStopped();
    const now = scene.system.clock.now().getTime();
    if (now - said < 200) return;
    said = now;
    scene.progress(`${what}: ${sizeText(done)}${whole === undefined ? "" : ` of ${sizeText(whole)}`}`);
  };
}

/** A program that Ctrl-C ended says that it was killed: the reason is that somebody asked for it. */
export function reasonFor(scene: Scene, error: unknown): unknown {
  try {
    scene.refuseStopped();
    return error;
  } catch (asked) {
    return asked;
  }
}
