/** What a person needs to know right after an installation: where everything answers, and what to do next. */
import { missingIn } from "../apps/missing-answers.ts";
import type { Answered } from "../apps/probes.ts";
import { whereText } from "../apps/where.ts";
import { INDEX_PATH, type ServiceIndex } from "../model/index-file.ts";
import type { Prepared } from "../runs/prepare.ts";
import { table } from "./output.ts";

export function welcome(prepared: Prepared, answers: readonly Answered[]): string {
  const file = prepared.desired.files.find((candidate) => candidate.path === INDEX_PATH);
  const index = JSON.parse(file?.content ?? "{}") as ServiceIndex;
  const rows = index.services.map((service) => [service.name, whereText(service), service.description]);
  const fingerprint = prepared.facts.certificate?.trust?.fingerprint ?? "";
  const clients = [
    `on each client:   curl -fsS ${index.page}install-client.sh | sudo sh -s -- ${index.address}`,
    ...(fingerprint === "" ? [] : [`its fingerprint:  ${fingerprint}`]),
  ];
  return [
    ...headline(answers),
    "",
    table(rows),
    "",
    ...(index.page === undefined ? [] : clients),
    "on this host:     svc list, svc status NAME, svc logs -f NAME, svc client",
  ].join("\n");
}

/** "healthy" is said where every model that was asked gave what it was asked for; what lacks is an error, and its own last line. */
function headline(answers: readonly Answered[]): readonly string[] {
  const missing = missingIn(answers);
  if (missing.some(({ byHand }) => !byHand)) return ["everything is as configured"];
  const left = missing.map(({ text, hint }) => `still to do: ${text}${hint === undefined ? "" : `\n  ${hint}`}`);
  return ["everything is as configured and healthy", ...left];
}
