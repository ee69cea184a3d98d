/** Before requests go to a second instance: it must answer what the first one does, of all that a run asks at its end. */
import type { AskSecond } from "../apply/context.ts";
import { askSecond, type Ports, probesAt } from "../apps/ask-second.ts";
import { missingIn } from "../apps/missing-answers.ts";
import { userError } from "../model/diagnostic.ts";
import type { Service } from "../model/service.ts";
import { portOwner } from "../render/unit-names.ts";
import { indexIn } from "./ask-for-tokens.ts";
import type { Prepared } from "./prepare.ts";
import type { Run } from "./run.ts";

export function askingSecond(
  { system, person }: Pick<Run, "system" | "person">,
  prepared: Pick<Prepared, "stack" | "desired">,
): AskSecond {
  return async ({ account, unit, plainName }) => {
    const own = prepared.stack.services.find(
      (one) =>
        one.account.user === account.user && one.containers.some((container) => unit === `${container.unit}.service`),
    );
    const index = indexIn(prepared);
    const service = index.services.find(({ name }) => name === own?.name);
    if (own === undefined || service === undefined) return;
    const ports = portsOf(own, unit);
    if (probesAt(service, ports).length === 0) return;
    person.reporter.progress(`asking a second ${plainName} for a token`);
    const missing = missingIn(await askSecond(system, index, { service, ports }));
    if (missing.length > 0) throw userError("no-token", missing.map(({ text }) => text).join("\n"));
  };
}

function portsOf(service: Service, unit: string): Ports {
  const pairs = service.ports.flatMap((second) => {
    const first = service.ports.find(({ name }) => name === second.twinOf);
    const isOwn = first !== undefined && unit === `${portOwner(service, first)?.unit}.service`;
    return isOwn ? [[first.host, second.host] as const] : [];
  });
  return new Map(pairs);
}
