/** [Service] and [Unit] settings that quadlet rejects or that do nothing. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { splitValue } from "./split.ts";
import { entriesOf, type UnitEntry } from "./unit-file.ts";
import type { ParsedSource } from "./unit-source.ts";

const dependencies = ["After", "Before", "Requires", "Wants", "BindsTo", "PartOf", "Upholds", "Requisite", "Conflicts"];

export function checkService(source: ParsedSource): readonly Diagnostic[] {
  const complaint = (section: string, entry: UnitEntry, message: string, hint: string): Diagnostic => ({
    file: source.name,
    line: entry.line,
    column: 1,
    path: `${section}.${entry.key}`,
    message,
    hint,
  });
  const ofService = entriesOf(source.unit, "Service").flatMap((entry) => {
    const problem = serviceProblem(source.name, entry);
    return problem === undefined ? [] : [complaint("Service", entry, problem.message, problem.hint)];
  });
  const ofUnit = entriesOf(source.unit, "Unit")
    .filter((entry) => dependencies.includes(entry.key))
    .flatMap((entry) => splitValue(entry.value, "words").map((name) => ({ entry, name })))
    .flatMap(({ entry, name }) => {
      const type = /\.(container|pod|volume|network|image|build|kube)$/.exec(name)?.[1];
      if (type === undefined) return [];
      const suffix = type === "container" || type === "kube" ? "" : `-${type}`;
      const service = `${name.slice(0, -type.length - 1)}${suffix}.service`;
      // translated from podman 5.5 on; before that systemd drops the dependency and says nothing
      return [complaint("Unit", entry, `names ${name}, which is no systemd unit`, `name the generated ${service}`)];
    });
  return [...ofService, ...ofUnit];
}

function serviceProblem(
  file: string,
  entry: UnitEntry,
): { readonly message: string; readonly hint: string } | undefined {
  const container = file.endsWith(".container");
  if (entry.key === "Type" && container && entry.value !== "notify" && entry.value !== "oneshot") {
    return { message: `quadlet rejects Type=${entry.value}`, hint: "use notify (the default) or oneshot" };
  }
  if (entry.key === "KillMode" && entry.value !== "mixed" && entry.value !== "control-group") {
    return { message: `quadlet rejects KillMode=${entry.value}`, hint: "use mixed (the default) or control-group" };
  }
  if (["User", "Group", "DynamicUser"].includes(entry.key) && container) {
    return { message: "quadlet does not support it", hint: "the unit runs as the user whose manager loads it" };
  }
  return undefined;
}
