/** What a change is about, in words, for what could not be taken back. */
import type { Change } from "../model/change.ts";

export function nameOf(change: Change): string {
  switch (change.kind) {
    case "mode":
    case "remove-file":
    case "put-back":
    case "unmake":
    case "remove-tree":
    case "remove-directory":
    case "remove-state":
      return change.path;
    case "directory":
      return change.directory.path;
    case "file":
      return change.file.path;
    case "certificate":
      return change.certificate.leafCertificate;
    case "tailscale-certificate":
      return change.tailscale.certificate;
    case "tool":
      return change.tool.target;
    case "secret":
      return `secret ${change.secret.name}`;
    case "remove-secret":
    case "restore-secret":
      return `secret ${change.name}`;
    case "image":
    case "remove-image":
    case "tag-image":
      return `image ${change.reference}`;
    case "account":
      return `user ${change.account.user}`;
    case "remove-account":
      return `user ${change.user}`;
    case "subids":
      return `subordinate ids of ${change.account.user}`;
    case "remove-subids":
      return `subordinate ids of ${change.user}`;
    case "linger":
    case "unlinger":
      return `linger of ${change.user}`;
    case "manager":
    case "stop-manager":
    case "reload-user":
      return `user manager of ${change.account.user}`;
    case "unit":
    case "reload-unit":
    case "stop":
    case "system-unit":
    case "disable":
      return change.unit;
    case "reload-system":
      return "system manager";
    default:
      return change satisfies never;
  }
}
