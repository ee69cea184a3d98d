/** What every part of the facts starts from: who asks, on which distribution, and what the last run left. */
import { NothingInstalled, readIndex } from "../apps/service-index.ts";
import type { RecordFact } from "../diagnosis/parts.ts";
import { gatherOs } from "../facts/os.ts";
import { UserError } from "../model/diagnostic.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { OsFact } from "../model/os.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";

export interface Base {
  readonly os: OsFact;
  readonly root: boolean;
  readonly installed: boolean;
  /** Undefined where nothing is installed, where only root may know, and where it is damaged. */
  readonly index: ServiceIndex | undefined;
  readonly trouble: RecordFact["trouble"];
}

export async function gatherBase(system: System): Promise<Base> {
  const os = gatherOs(system);
  const root = system.host.effectiveUid() === 0;
  if (!root) {
    const installed = (await system.files.stat(STATE_ROOT)) !== undefined;
    return { os, root, installed, index: undefined, trouble: undefined };
  }
  try {
    return { os, root, installed: true, index: await readIndex(system), trouble: undefined };
  } catch (error) {
    if (error instanceof NothingInstalled) return { os, root, installed: false, index: undefined, trouble: undefined };
    if (!(error instanceof UserError)) throw error;
    const trouble = { message: error.message, hint: error.hint ?? "sudo install-quadlets" };
    return { os, root, installed: true, index: undefined, trouble };
  }
}
