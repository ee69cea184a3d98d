/** Rules about secrets: they exist, they are strong, they do not go in circles. */
import type { Service } from "../../model/service.ts";
import type { ServiceSecret } from "../../model/service-secret.ts";
import { suggest } from "../../model/suggest.ts";

import { findDraft } from "../scope.ts";
import { inFile, keyInFile, type Rule, whereSet } from "./world.ts";

const BITS = { hex: 4, base62: Math.log2(62) } as const;
const WANTED_BITS = 128;

export const secretsAreStrong: Rule = ({ members }, report) => {
  for (const member of members) {
    for (const [name, { generate }] of Object.entries(member.draft.written.secrets)) {
      if (generate === undefined || generate.why_short !== undefined) continue;
      const bits = Math.floor(generate.length * BITS[generate.alphabet]);
      if (bits >= WANTED_BITS) continue;
      const enough = Math.ceil(WANTED_BITS / BITS[generate.alphabet]);
      const at = inFile(member, "secrets", name, "generate", "length");
      report(at, `${generate.length} characters are ${bits} bits`, `use ${enough}, or say why not: why_short`);
    }
  }
};

export const copiedSecretsExist: Rule = ({ members, site }, report) => {
  for (const member of members) {
    for (const secret of member.service.secrets) {
      if (secret.kind !== "copy") continue;
      const at = inFile(member, "secrets", secret.name, "same_as");
      const other = findDraft(site, secret.service);
      if ("problem" in other) {
        if (other.silent !== true) report(at, other.problem, other.hint);
        continue;
      }
      // A key at a router is no secret of its file.
      const made = members.find(({ service }) => service.name === secret.service)?.service.secrets ?? [];
      if (made.some(({ name }) => name === secret.secret)) continue;
      const known = Object.keys(other.written.secrets);
      if (known.includes(secret.secret)) continue;
      const message = `${secret.service} has no secret ${JSON.stringify(secret.secret)}`;
      report(at, message, suggest(secret.secret, known, `secrets of ${secret.service}`));
    }
  }
};

export const secretsHaveNoCycle: Rule = ({ members }, report) => {
  const uses = (service: string, secret: ServiceSecret): readonly string[] => {
    if (secret.kind === "copy") return [`${secret.service}/${secret.secret}`];
    if (secret.kind !== "composed") return [];
    return secret.parts.flatMap((part) => (part.kind === "secret" ? [`${service}/${part.secret}`] : []));
  };
  const graph = new Map(
    members.flatMap(({ service }) =>
      service.secrets.map((secret) => [`${service.name}/${secret.name}`, uses(service.name, secret)] as const),
    ),
  );
  for (const member of members) {
    for (const { name } of member.service.secrets) {
      const start = `${member.service.name}/${name}`;
      if (leadsTo(graph, start, start, new Set())) {
        report(keyInFile(member, "secrets", name), `the secret ${name} is made of itself`, "generate one of them");
      }
    }
  }
};

function leadsTo(graph: ReadonlyMap<string, readonly string[]>, from: string, to: string, seen: Set<string>): boolean {
  return (graph.get(from) ?? []).some((next) => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return leadsTo(graph, next, to, seen);
  });
}

/** Podman would take one of the two. */
export const variablesAreSetOnce: Rule = ({ members }, report) => {
  for (const member of members) {
    for (const container of member.service.containers) {
      container.secrets.forEach(({ as, secret: name }, index) => {
        if (as.kind !== "env" || container.environment[as.name] === undefined) return;
        const message = `${as.name} is set by a secret of ${member.service.name} and as a variable`;
        const inStack = ["environment", container.name, as.name];
        report(
          whereSet(member, inStack, ["containers", container.name, "secrets", index, "env"]),
          message,
          `remove the variable${whoGives(member.service, name)}`,
        );
      });
    }
  }
};

/** A unit file can be read by every user of the host: the value goes where nobody else reads it. */
function whoGives({ name, secrets }: Service, secret: string): string {
  const supplied = secrets.some((one) => one.name === secret && one.kind === "supplied");
  return supplied ? `, and give the value with: sudo install-quadlets secrets set ${name}/${secret}` : "";
}
