/** Rules about services that others name: who may call a port, and beside whom something is there. */
import { suggest } from "../../model/suggest.ts";
import type { Path } from "../node.ts";

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

/** What stands beside a service that there is not, even in the catalogue, would never be there. */
export const neighboursExist: Rule = ({ members, site }, report) => {
  const known = new Set([
    ...site.catalogue,
    ...members.map((member) => member.service.name),
    ...site.broken,
    ...site.disabled,
  ]);
  for (const member of members) {
    const { group, files, metrics, containers } = member.draft.written;
    const checkOne = (name: string, ...path: Path): void => {
      if (known.has(name)) return;
      report(
        inFile(member, ...path),
        `no service is named ${JSON.stringify(name)}`,
        suggest(name, [...known], "services"),
      );
    };
    const check = (names: readonly string[], ...path: Path): void => {
      names.forEach((name, index) => {
        checkOne(name, ...path, "beside", index);
      });
    };
    check(group?.beside ?? [], "group");
    files.forEach(({ beside }, index) => {
      check(beside, "files", index);
    });
    metrics.forEach(({ beside }, index) => {
      check(beside, "metrics", index);
    });
    for (const [container, { environment }] of Object.entries(containers)) {
      for (const [key, value] of Object.entries(environment)) {
        const beside = typeof value === "object" ? value.beside : undefined;
        if (beside !== undefined) checkOne(beside, "containers", container, "environment", key, "beside");
      }
    }
  }
};
