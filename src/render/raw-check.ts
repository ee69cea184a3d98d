/** The rules for quadlets over those that a service brings along, for the podman of the host, and the address that it has. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Service } from "../model/service.ts";
import { asSource, type RawUnit } from "../raw/unit.ts";
import { type Finding, findAll, folded, placesIn } from "../rules/findings.ts";
import type { Site } from "./site.ts";

interface Text {
  readonly fileName: string;
  readonly content: string;
}

type Of = Pick<Service, "quadlets">;

/** Without hints; units that are rendered beside them may be referred to. */
export function rawFindings({ quadlets }: Of, beside: readonly Text[], podman: string): readonly Finding[] {
  if (quadlets.length === 0) return [];
  const context = beside.map(({ fileName, content }) => ({
    path: fileName,
    folder: "",
    name: fileName,
    text: content,
    context: true,
  }));
  return folded(findAll([...quadlets.map(asSource), ...context], { podman, rootful: false }, ["error", "warning"]));
}

interface Judged {
  /** What refuses a run: a unit that would be lost, and a port at an address that is not the host's. */
  readonly faults: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

export function judgeRaw(
  service: Of,
  units: readonly RawUnit[],
  beside: readonly Text[],
  { podmanVersion, address }: Pick<Site, "podmanVersion" | "address">,
): Judged {
  const findings = rawFindings(service, beside, podmanVersion);
  const told = (wanted: Finding["level"]): readonly Diagnostic[] =>
    findings
      .filter(({ level }) => level === wanted)
      .map((finding) => ({ ...finding, message: `${finding.message} [${finding.rule}]` }));
  const elsewhere = units.flatMap(({ published }) =>
    published.flatMap((port): readonly Diagnostic[] => {
      if ("problem" in port || port.bind === "loopback" || port.address === address) return [];
      const { file, at, section, key } = port.entry;
      const message = `${port.address} is not the address that this host has for the tailnet`;
      const hint = `${address} is: PublishPort=${address}:${port.host}:${port.container}`;
      return [{ file: file.path, ...placesIn(file.text)(at), path: `${section}.${key}`, message, hint }];
    }),
  );
  return { faults: [...told("error"), ...elsewhere], warnings: told("warning") };
}
