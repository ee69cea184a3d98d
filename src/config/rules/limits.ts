/** Rules about resource limits: what a container asks for, its service's own account must allow. */
import { hardLimit, RESOURCE_NAMES, RESOURCES } from "../../model/limits.ts";
import { inFile, type Rule } from "./world.ts";

export const accountsAllowWhatContainersAsk: Rule = ({ members }, report) => {
  for (const member of members) {
    const { account, containers } = member.service;
    for (const { name, ulimits } of containers) {
      for (const resource of RESOURCE_NAMES) {
        const { key, unit } = RESOURCES[resource];
        const asked = hardLimit(ulimits[resource] ?? "");
        const allowed = hardLimit(account.limits[key] ?? "");
        // "As much as there is" is never too much.
        if (asked === undefined || allowed === undefined || asked === Number.POSITIVE_INFINITY || asked <= allowed)
          continue;
        report(
          inFile(member, "containers", name, "ulimits", resource),
          `${name} asks for ${asked} ${unit}, but account.limits.${key} allows ${allowed}`,
          "raise that, or ask for less",
        );
      }
    }
  }
};
