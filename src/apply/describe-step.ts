/** What a step was about, in words, for what could not be taken back. */
import type { Undo } from "../model/journal.ts";

export function describeStep(step: Undo): string {
  switch (step.kind) {
    case "file":
    case "directory":
    case "tree":
      return step.path;
    case "secret":
    case "removed-secret":
    case "rotated-secret":
      return `secret ${step.name}`;
    case "image":
      return `image ${step.reference}`;
    case "account":
      return `user ${step.account.user}`;
    case "subids":
    case "linger":
    case "unlinger":
      return `${step.kind} of ${step.user}`;
    case "manager":
    case "reload-user":
      return `user manager of ${step.account.user}`;
    case "unit":
    case "reload-unit":
    case "system-unit":
    case "disable":
      return step.unit;
    case "reload-system":
      return "system manager";
    default:
      return step satisfies never;
  }
}
