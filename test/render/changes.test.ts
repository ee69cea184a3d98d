/** Runs test/cases/render/changes.yaml: a change of the configuration touches exactly what depends on it. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { stepsOf } from "../../src/model/plan.ts";
import { planOf, settledWorld } from "../plan/support.ts";
import { renderSite, siteSources } from "./support.ts";

interface Case {
  readonly name: string;
  readonly stack: string;
  /** The host's name in the tailnet. */
  readonly tailscale?: string;
  /** Secrets that the site has given, by "USER/NAME". */
  readonly given?: readonly string[];
  /** Without reloads of managers: they come with every restart. */
  readonly changes: readonly string[];
}

const file = new URL("../cases/render/changes.yaml", import.meta.url);
const settled = settledWorld(renderSite());

test.each(parse(readFileSync(file, "utf8")) as readonly Case[])(
  "$name",
  ({ stack, tailscale: tailscaleName, given, changes }) => {
    const desired = renderSite(siteSources(stack), { tailscaleName, supplied: new Set(given) });
    const planned = stepsOf(planOf({ ...settled, desired }));
    const lines = planned.map((change) => `${change.summary}: ${change.reason.text}`);
    expect(lines.filter((line) => !/^reload (the user manager|install-quadlets-firewall)/.test(line))).toEqual(changes);
  },
);
