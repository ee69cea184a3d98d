/** Names what on the host is not as it was last applied, and tells that from a configuration that has moved on. */
import type { AbsolutePath } from "../model/names.ts";
import { type Draft, type Plan, stepsOf } from "../model/plan.ts";
import { visible } from "../model/visible.ts";

export interface Drift {
  /** Who moved: the host (somebody or something changed it) or the configuration (it was not applied yet). */
  readonly by: "host" | "configuration";
  /** A word for machines: "edited", "missing", "mode", "stopped", "failed", "foreign", ... */
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
}

/** Texts of the files as the last finished run wrote them. */
export type LastApplied = ReadonlyMap<string, string>;

/** Pure: the plan is what differs now, `last` tells since when; `foreign` are files in our directories that nobody rendered. */
export function findDrift(
  plan: Pick<Plan, "stages" | "aside">,
  last: LastApplied,
  foreign: readonly AbsolutePath[],
): readonly Drift[] {
  const strangers = foreign.map(
    (path): Drift => host("foreign", path, "not made by install-quadlets, but in its directory"),
  );
  const aside = (plan.aside ?? []).map(({ service, reason }) => host("aside", service, visible(reason)));
  return [...aside, ...stepsOf(plan).flatMap((planned) => driftOf(planned, last)), ...strangers];
}

function driftOf(planned: Draft, last: LastApplied): readonly Drift[] {
  const { change } = planned;
  const { code, text: reason } = planned.reason;
  switch (change.kind) {
    case "file": {
      const applied = last.get(change.file.path);
      const { path } = change.file;
      if (change.before === undefined) {
        return [
          applied === undefined
            ? pending("new", path, "rendered since the last run")
            : host("missing", path, "was deleted"),
        ];
      }
      if (change.before === change.file.content) return [host("mode", path, reason)];
      if (applied !== undefined && change.before !== applied)
        return [host("edited", path, "differs from what was applied")];
      return [pending("changed", path, "the configuration renders it differently now")];
    }
    case "remove-file":
      return [pending("unwanted", change.path, reason)];
    case "mode":
      return [host("mode", change.path, reason)];
    case "directory":
      return [host(planned.action === "create" ? "missing" : "mode", change.directory.path, reason)];
    case "account":
      return [host("missing", `user ${change.account.user}`, reason)];
    case "subids":
      return [host("missing", `subordinate ids of ${change.account.user}`, reason)];
    case "linger":
      return [host("linger", `linger of ${change.user}`, "is off: its services would not start at boot")];
    case "certificate":
      return [host("certificate", change.certificate.leafCertificate, reason)];
    case "tailscale-certificate": {
      const { certificate } = change.tailscale;
      if (planned.action === "create") return [pending("new", certificate, reason)];
      return [host("certificate", certificate, reason)];
    }
    case "secret":
      // Podman never had it: `secrets set` keeps a value for the next run.
      if (change.secret.source.kind === "supplied" && planned.action === "create") {
        return [pending("new", `secret ${change.secret.name} of ${change.secret.user}`, reason)];
      }
      return [host("missing", `secret ${change.secret.name} of ${change.secret.user}`, reason)];
    case "image": {
      const what = `image ${change.reference} of ${change.account.user}`;
      if (change.before === undefined) return [host("missing", what, "is not in its store")];
      return [host("replaced", what, "the name stands for another image than when it was applied")];
    }
    case "manager":
      return [host("stopped", `user manager of ${change.account.user}`, reason)];
    case "system-unit":
      return [host("stopped", change.unit, reason)];
    case "unit":
      if (code === "replaced") return [host("replaced", change.plainName, reason)];
      if (change.verb !== "start") return [];
      return [host(code === "failed" ? "failed" : "stopped", change.plainName, reason)];
    case "tool":
      return [pending("new", change.tool.target, "another build of this program")];
    // They follow from the changes above.
    case "reload-system":
    case "reload-user":
    case "reload-unit":
      return [];
    // What goes was wanted until the configuration moved on; its files stand for all of it.
    case "stop":
    case "disable":
    case "remove-secret":
    case "remove-image":
    case "unlinger":
    case "stop-manager":
    case "remove-tree":
    case "remove-directory":
    case "remove-subids":
    case "remove-account":
    case "remove-state":
    // They take a run back.
    case "put-back":
    case "unmake":
    case "restore-secret":
    case "tag-image":
      return [];
    default:
      return change satisfies never;
  }
}

function host(kind: string, subject: string, detail: string): Drift {
  return { by: "host", kind, subject, detail };
}

function pending(kind: string, subject: string, detail: string): Drift {
  return { by: "configuration", kind, subject, detail };
}
