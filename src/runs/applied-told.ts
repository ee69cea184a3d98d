/** The record of what was applied, for whoever reads it without a plan. */
import type { Applied } from "../model/applied.ts";
import { APPLIED_COPY, APPLIED_PATH } from "../model/places.ts";
import { findApplied } from "../record/applied.ts";
import type { Run } from "./run.ts";

/** Says where it is the copy that counts. */
export async function appliedTold({ system, person }: Pick<Run, "system" | "person">): Promise<Applied> {
  const { applied, fault } = await findApplied(system.files);
  if (fault !== undefined) {
    person.complain(`${APPLIED_PATH} ${fault}: its copy ${APPLIED_COPY} counts; sudo install-quadlets writes it anew`);
  }
  return applied;
}
