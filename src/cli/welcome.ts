/** What a person needs to know right after an installation: where everything answers, and what to do next. */
import { INDEX_PATH, type ServiceIndex } from "../model/index-file.ts";
import { table } from "./output.ts";
import type { Prepared } from "./prepare.ts";

export function welcome(prepared: Prepared): string {
  const file = prepared.desired.files.find((candidate) => candidate.path === INDEX_PATH);
  const index = JSON.parse(file?.content ?? "{}") as ServiceIndex;
  const rows = index.services.map((service) => [service.name, service.urls[0] ?? "", service.description]);
  const client = `http://${index.address}:8081/install-client.sh`;
  return [
    "everything is as configured and healthy",
    "",
    table(rows),
    "",
    `on each client:   curl -fsS ${client} | sudo sh -s -- ${index.address}`,
    `its fingerprint:  ${prepared.facts.certificate?.authority?.fingerprint ?? ""}`,
    "on this host:     svc list, svc status NAME, svc logs -f NAME",
  ].join("\n");
}
