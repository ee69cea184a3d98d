/** The record of what was applied: written anew from its copy where it is damaged, so that nothing starts anew for that. */
import type { StateFacts } from "../model/facts.ts";
import { APPLIED_COPY, APPLIED_PATH } from "../model/places.ts";
import type { Draft } from "../model/plan.ts";
import { because, planned } from "./change.ts";

export function compareRecord({ recordFault: fault }: Pick<StateFacts, "recordFault">): readonly Draft[] {
  if (fault === undefined) return [];
  const text = `${fault}; its copy ${APPLIED_COPY} counts, and it is written anew from that`;
  const reason = because(fault === "is damaged" ? "content" : "missing", text);
  return [
    planned("tool", "update", undefined, `record ${APPLIED_PATH}`, reason, { kind: "record", path: APPLIED_PATH }),
  ];
}
