/** What the rules for quadlets warn of in those that a service brings along, where a plan is about to write them. */
import { formatDiagnostic } from "../model/diagnostic.ts";
import { stepsOf } from "../model/plan.ts";
import { visible } from "../model/visible.ts";
import { rawFindings } from "../render/raw-check.ts";
import type { Prepared } from "./prepare.ts";

/** A line each; errors were refused before there was a plan. */
export function quadletWarnings({ stack, desired, host, plan }: Prepared): readonly string[] {
  const written = new Set(
    stepsOf(plan).flatMap(({ change }) =>
      change.kind === "file" && change.file.role.kind === "user-unit" ? [change.file.service] : [],
    ),
  );
  return stack.services
    .filter(({ name, quadlets }) => quadlets.length > 0 && written.has(name))
    .flatMap((service) => {
      const own = new Set(service.quadlets.map(({ name }) => name));
      const beside = desired.files
        .filter((file) => file.service === service.name && file.role.kind === "user-unit")
        .map(({ path, content }) => ({ fileName: path.slice(path.lastIndexOf("/") + 1), content }))
        .filter(({ fileName }) => !own.has(fileName) && !fileName.endsWith(".conf"));
      return rawFindings(service, beside, host.podmanVersion ?? "0").filter(({ level }) => level === "warning");
    })
    .map((finding) =>
      visible(`warning: ${formatDiagnostic({ ...finding, message: `${finding.message} [${finding.rule}]` })}`),
    );
}
