/** Why a unit did not come up when somebody asked for it: as `svc status` says it, not as systemctl does. */
import { readIndex } from "../apps/service-index.ts";
import type { Judgement } from "../apps/signs.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import { notComeUp } from "../model/not-up.ts";
import type { System } from "../system/interfaces.ts";
import { readStatus } from "./read-status.ts";

export async function whyDown(system: System, name: string, error: unknown): Promise<unknown> {
  if (!(error instanceof UserError)) return error;
  const [status] = await readStatus(system, await readIndex(system), name);
  return status === undefined ? error : notUp(name, status.judgement, error);
}

/** On its way, and not stuck. */
export async function getsOn(system: System, name: string): Promise<boolean> {
  const [status] = await readStatus(system, await readIndex(system), name);
  return status?.judgement.word === "starting";
}

/** `error` where nothing better is known, as when it came up in the meantime. */
export function notUp(name: string, why: Judgement, error: UserError): UserError {
  const { word } = why;
  if (word === "starting") {
    return userError("unit-failed", `${name} did not come up, and systemd tries it again`, `svc status ${name}`);
  }
  return word === "failed" || word === "degraded" ? notComeUp(name, why) : error;
}
