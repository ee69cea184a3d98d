/** What a unit runs with, as the record keeps it: "STARTED reload:FILES leaf:FINGERPRINTS", the last two where there are any. */
import { servesLeaf } from "./desired-certificate.ts";
import type { DesiredState, DesiredUnit } from "./resource.ts";

export interface RunsWith {
  /** What only a restart changes. */
  readonly started: string;
  /** What a reload takes over as well: files, and the certificates. */
  readonly reloaded: string;
  readonly leaf: string;
}

/** The leaf's fingerprint, and behind it that of the certificate from Tailscale. */
export function served(leaf: string | undefined, tailscale: string | undefined): string {
  return [leaf, tailscale].filter((print) => print !== undefined).join(",");
}

/** A unit that serves the leaf runs with one particular leaf, whatever its files say. */
export function runsWith(unit: DesiredUnit, desired: Pick<DesiredState, "certificate">, leaf: string): RunsWith {
  return {
    started: unit.fingerprint,
    reloaded: unit.reload?.fingerprint ?? "",
    leaf: servesLeaf(unit, desired.certificate) ? leaf : "",
  };
}

export function printRunsWith({ started, reloaded, leaf }: RunsWith): string {
  return [started, ...(reloaded === "" ? [] : [`reload:${reloaded}`]), ...(leaf === "" ? [] : [`leaf:${leaf}`])].join(
    " ",
  );
}

export function parseRunsWith(text: string): RunsWith {
  const [started = "", ...others] = text.split(" ");
  const part = (mark: string) => others.find((other) => other.startsWith(mark))?.slice(mark.length) ?? "";
  return { started, reloaded: part("reload:"), leaf: part("leaf:") };
}
