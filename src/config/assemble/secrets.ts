/** Secrets of a service: generated, given by the site, composed of others, or the same as another service's. */
import type { ServiceName } from "../../model/names.ts";
import type { SecretPart, SecretRotation, ServiceSecret } from "../../model/service-secret.ts";
import { suggest } from "../../model/suggest.ts";
import { interpolate, parseTemplate, unknownReference } from "../interpolate.ts";
import { nodeAt, type Path } from "../node.ts";
import { keySpotAt, type Spot, spotAt } from "../report.ts";
import type { WrittenService } from "../schema/service.ts";
import { scopeOf } from "../scope.ts";
import type { Builder } from "./fields.ts";

type WrittenRotation = NonNullable<WrittenService["secrets"][string]["generate"]>["rotate"];

export function buildSecrets(builder: Builder): readonly ServiceSecret[] {
  const { draft, report } = builder;
  return Object.entries(draft.written.secrets).flatMap(([name, written]): ServiceSecret[] => {
    const path = ["secrets", name];
    const { generate, supplied, compose, same_as } = written;
    if ([generate, supplied, compose, same_as].filter((form) => form !== undefined).length !== 1) {
      report(spotAt(draft.file, path), "wanted exactly one of generate, supplied, compose and same_as");
    }
    if (generate !== undefined) {
      const { length, alphabet, prefix } = generate;
      return [{ name, kind: "generated", length, alphabet, prefix, rotate: rotationOf(generate.rotate) }];
    }
    if (supplied !== undefined) {
      const { place, path: written } = whereDeclared(builder, name);
      return [{ name, kind: "supplied", ...supplied, at: { ...place, path: written } }];
    }
    if (compose !== undefined) return [{ name, kind: "composed", parts: composeParts(builder, [...path, "compose"]) }];
    const [service = "", secret = ""] = (same_as ?? "").split("/");
    return same_as === undefined ? [] : [{ name, kind: "copy", service: service as ServiceName, secret }];
  });
}

/** A second instance shares its file with others, so the stack is the place that says which it is. */
function whereDeclared({ draft }: Builder, name: string): Spot {
  if (draft.from !== draft.name) return keySpotAt(draft.stack, ["services", draft.name]);
  return keySpotAt(draft.file, ["secrets", name]);
}

function rotationOf(written: WrittenRotation): SecretRotation {
  if (written === undefined) return { kind: "restart" };
  return written === "never" ? { kind: "never" } : { kind: "command", ...written };
}

/** Everything but `${secret.NAME}` is resolved now; those parts stay names, as their values exist on the host only. */
function composeParts(builder: Builder, path: Path): readonly SecretPart[] {
  const { draft, site, report } = builder;
  const node = nodeAt(draft.file, path);
  const template = node?.kind === "scalar" ? node.text : "";
  const parts = parseTemplate(template);
  const at = spotAt(draft.file, path);
  if (parts === undefined) report(at, 'a "${" is never closed', 'write "$${" for the two characters themselves');
  return (parts ?? []).map((part): SecretPart => {
    if (part.kind === "text") return part;
    const [root, secret = "", ...rest] = part.reference.split(".");
    if (root === "secret" && rest.length === 0) {
      const known = Object.keys(draft.written.secrets);
      if (!known.includes(secret)) {
        const { problem, hint } = unknownReference([root, secret], suggest(secret, known, "secrets"));
        report(at, problem, hint);
      }
      return { kind: "secret", secret };
    }
    const value = interpolate(`\${${part.reference}}`, scopeOf(site, draft), ({ problem, hint, silent }) => {
      if (silent !== true) report(at, problem, hint);
    });
    return { kind: "text", text: String(value) };
  });
}
