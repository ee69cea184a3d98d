/** Which decisions of a service file are still open. */
import type { Decision } from "../../model/service.ts";
import { suggest } from "../../model/suggest.ts";
import { spotAt } from "../report.ts";
import { known } from "./access.ts";
import type { Builder } from "./fields.ts";

export function buildDecisions(builder: Builder, units: Readonly<Record<string, string>>): readonly Decision[] {
  const { written, entry, name: service, stack } = builder.draft;
  const names = Object.keys(written.decisions);
  entry.decided.forEach((name, index) => {
    if (names.includes(name)) return;
    const at = spotAt(stack, ["services", service, "decided", index]);
    builder.report(at, `${service} has no decision ${JSON.stringify(name)}`, suggest(name, names, "decisions"));
  });
  return Object.entries(written.decisions).flatMap(([name, { container, since, why }]) => {
    known(builder, ["decisions", name, "container"], Object.keys(written.containers), "container");
    return entry.decided.includes(name) ? [] : [{ name, unit: units[container] ?? container, since, why }];
  });
}
