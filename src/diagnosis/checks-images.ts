/** The check that asks others than this host: whether registries have other images under the names that run. */
import { type Check, check, skip, type Told } from "./check.ts";
import type { ImagePart } from "./parts-running.ts";

/** Only where somebody wants to know. */
export const imageChecks: readonly Check[] = [
  check({
    id: "images",
    group: "services",
    what: "with --images only: what registries have under the names of the images, nothing of it is pulled",
    finds: "nothing that is wrong: another image is told, with what takes it",
    needsRoot: true,
    ours: true,
    from: ["images"],
    judge: ({ images }) => (images.length === 0 ? skip("no service has an image") : { told: images.map(tell) }),
  }),
];

/** As podman prints digests. */
const SHORT = 19;

/** Nothing of it is wrong: what runs is what was configured, and a registry that is away is not this host's. */
function tell({ unit, reference, word }: ImagePart): Told {
  switch (word.kind) {
    case "same":
      return { message: `${reference}: what the registry has` };
    case "newer": {
      const of = word.day === undefined ? "" : ` of ${word.day}`;
      return { message: `${reference}: newer: ${word.digest.slice(0, SHORT)}${of}`, hint: `sudo svc update ${unit}` };
    }
    case "single":
      return {
        message: `${reference}: in no list of architectures: only a pull can tell`,
        hint: `sudo svc update ${unit}`,
      };
    case "pinned":
      return { message: `${reference.split("@")[0]}: pinned by its digest` };
    case "own":
      return { message: `${reference}: made on this host` };
    case "missing":
      return { message: `${reference}: not there yet`, hint: `sudo svc pull ${unit}` };
    case "silent":
      return { message: `${reference}: the registry does not tell: ${word.why}` };
    default:
      return word satisfies never;
  }
}
