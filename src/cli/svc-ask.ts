/** `svc status --ask`: the models of the services, asked as clients ask them, beside what units and health checks say. */
import { missingIn } from "../apps/missing-answers.ts";
import { type Answered, askModels } from "../apps/probes.ts";
import type { Judgement } from "../apps/signs.ts";
import { NeedsRoot } from "../model/diagnostic.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { Status } from "./status-text.ts";

/** One at a time for each service; those that do not run are not asked, because everybody knows why they would not answer. */
export async function withAnswers(
  system: System,
  index: ServiceIndex,
  all: readonly Status[],
): Promise<readonly Status[]> {
  if (system.host.effectiveUid() !== 0)
    throw new NeedsRoot("the keys that models are asked with need root", "run it with sudo");
  const up = new Set(
    all.filter(({ judgement }) => judgement.word === "healthy").map(({ state }) => state.service.name),
  );
  const answers = await askModels(system, index, ({ name }) => up.has(name));
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
  const hint = first.hint?.startsWith("sudo svc status") ? `sudo svc logs ${answers[0]?.service}` : first.hint;
  const sentence = missing.map(({ text }) => text).join("; ");
  return { word: "degraded", sentence, ...(hint !== undefined && { hint }) };
}
