/** `svc status --ask`: what services are there for, asked as clients ask for it, beside what units and health checks say. */
import { askServices } from "../apps/ask-services.ts";
import { missingIn } from "../apps/missing-answers.ts";
import { type Answered, askModels } from "../apps/probes.ts";
import type { Judgement } from "../apps/signs.ts";
import { NeedsRoot } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { Status } from "./status-text.ts";

/** Side by side; those that do not run are not asked, because everybody knows why they would not answer. */
export async function withAnswers(
  system: System,
  index: ServiceIndex,
  all: readonly Status[],
): Promise<readonly Status[]> {
  if (system.host.effectiveUid() !== 0)
    throw new NeedsRoot("the keys that services are asked with need root", "run it with sudo");
  const up = new Set(
    all.filter(({ judgement }) => judgement.word === "healthy").map(({ state }) => state.service.name),
  );
  const down = new Set(all.map(({ state }) => state.service.name).filter((name) => !up.has(name)));
  const isMeant = ({ name }: IndexedService) => up.has(name);
  const lists = await Promise.all([askModels(system, index, isMeant), askServices(system, index, isMeant, down)]);
  const answers = lists.flat();
  return all.map((status) => {
    const own = answers.filter(({ service }) => service === status.state.service.name);
    return own.length === 0 ? status : { ...status, answers: own, judgement: judged(status.judgement, own) };
  });
}

function judged(judgement: Judgement, answers: readonly Answered[]): Judgement {
  const missing = missingIn(answers).filter(({ byHand }) => !byHand);
  const [first] = missing;
  if (first === undefined) return judgement;
  // What somebody typed to read this would be no advice.
  const service = answers[0]?.service;
  const isTyped = first.hint === "sudo svc status" || first.hint === `sudo svc status ${service}`;
  const hint = isTyped ? `sudo svc logs ${service}` : first.hint;
  const sentence = missing.map(({ text }) => text).join("; ");
  return { word: "degraded", sentence, ...(hint !== undefined && { hint }) };
}
