/** `svc alerts`: what is wrong right now, since when, and what to type. */
import { type Alert, type Alerts, readAlerts } from "../apps/alerts.ts";
import { readIndex } from "../apps/service-index.ts";
import { spanText } from "../model/span.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson } from "./output.ts";

export async function alerts({ json }: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const found = await readAlerts(system, await readIndex(system));
  if (found.firing.length > 0 || !found.areWatched) process.exitCode = 1;
  if (json === true) return printJson(alertsJson(found));
  print(alertsText(found));
}

export function alertsText({ firing, areWatched }: Alerts): string {
  const blind = [
    "the rules are not watched: the one that always fires does not, so others may be missing",
    "  hint: sudo svc status; after a start it takes a minute",
  ];
  const lines = [...(areWatched ? [] : blind), ...firing.flatMap(linesOf)];
  return lines.length === 0 ? "nothing is wrong" : lines.join("\n");
}

/** Foreign text: labels come from whatever is measured. */
function linesOf({ name, severity, summary, runbook, age }: Alert): readonly string[] {
  const said = summary === "" ? name : summary;
  return [
    onOneLine(`${severity || "unknown"}: ${said} (${name}, for ${spanText(age)})`),
    ...(runbook === "" ? [] : [`  ${onOneLine(`hint: ${runbook}`)}`]),
  ];
}

function onOneLine(text: string): string {
  return visible(text.replace(/\s+/g, " "));
}

function alertsJson({ firing, areWatched }: Alerts): object {
  return {
    version: 1,
    watched: areWatched,
    alerts: firing.map((alert) => ({ ...alert, service: alert.service ?? null })),
  };
}
