/** The end of a run: do the models that it touched answer, as clients ask them? */
import { missingIn } from "../apps/missing-answers.ts";
import { type Answered, askModels } from "../apps/probes.ts";
import { userError } from "../model/diagnostic.ts";
import { INDEX_PATH, type ServiceIndex } from "../model/index-file.ts";
import type { Plan } from "../model/plan.ts";
import { isTouched } from "../plan/touched.ts";
import type { Prepared } from "./prepare.ts";
import type { Run } from "./run.ts";

export async function askForTokens(
  { system, person }: Pick<Run, "system" | "person">,
  plan: Plan,
  after: Pick<Prepared, "desired">,
): Promise<readonly Answered[]> {
  const index = indexIn(after);
  const isMeant = isTouched(plan, index.certificate?.wanted.service);
  const asked = index.services.filter(({ name, probes = [] }) => {
    const needed = probes.flatMap(({ needs = [] }) => needs);
    return probes.length > 0 && isMeant(name, needed);
  });
  if (asked.length === 0) return [];
  person.reporter.note("asking the models for a token");
  return askModels(system, index, (service) => asked.includes(service));
}

export function indexIn({ desired }: Pick<Prepared, "desired">): ServiceIndex {
  const file = desired.files.find(({ path }) => path === INDEX_PATH);
  return { services: [], ...JSON.parse(file?.content ?? "{}") } as unknown as ServiceIndex;
}

/**
 * Throws where a model does not answer, and takes nothing back: everything is as configured, its health checks have passed, and the
 * records are closed. What lacks may be outside of the run (a file that is still to be fetched, a clock, somebody's own certificate), and
 * a model that loaded for an hour is worth more than one that does not run.
 */
export function refuseSilent(answers: readonly Answered[]): void {
  const [first, ...others] = missingIn(answers).filter(({ byHand }) => !byHand);
  if (first === undefined) return;
  const more = others.map(({ text }) => `\n${text}`).join("");
  throw userError("no-token", `everything is as configured, but ${first.text}${more}`, first.hint);
}
