/** Rule about the services that may call a port. */
import { suggest } from "../report.ts";
import { inFile, type Rule } from "./world.ts";

/**
 * A consumer must be a service of the stack or of the catalogue. One that is disabled is no mistake:
 * nobody calls, and nothing is opened for it.
 */
export const consumersExist: Rule = ({ members, site }, report) => {
  const known = new Set([...site.catalogue, ...members.map((member) => member.service.name)]);
  for (const member of members) {
    for (const [port, { consumers }] of Object.entries(member.draft.written.ports)) {
      consumers.forEach((consumer, index) => {
        if (known.has(consumer) || site.broken.has(consumer) || site.disabled.has(consumer)) return;
        const at = inFile(member, "ports", port, "consumers", index);
        report(at, `no service is named ${JSON.stringify(consumer)}`, suggest(consumer, [...known], "services"));
      });
    }
  }
};
