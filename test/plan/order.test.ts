/** A fresh host: everything, phase after phase; inside a phase what others need comes first. */
import { expect, test } from "vitest";
import { PHASES, stepsOf } from "../../src/model/plan.ts";
import { renderSite } from "../render/support.ts";
import { planLines, planOf, settledWorld } from "./support.ts";

function freshWorld(desired?: Parameters<typeof settledWorld>[0]) {
  const settled = settledWorld(desired);
  const nothing = { lingering: [], paths: new Map(), secrets: new Map(), images: new Map(), units: new Map() };
  const applied = { ...settled.state.applied, units: {} };
  const state = { ...settled.state, ...nothing, systemUnits: [], managers: new Map(), certificate: undefined, applied };
  return { ...settled, host: { ...settled.host, accounts: [], groups: [], subuids: [], subgids: [] }, state };
}

test("a host on which all is well: nothing to do", () => {
  expect(stepsOf(planOf(settledWorld()))).toEqual([]);
  expect(stepsOf(planOf(settledWorld(renderSite())))).toEqual([]);
});

test("a fresh host, in full", async () => {
  const lines = planLines(planOf(freshWorld()));
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/fresh.txt");
});

test("the default site on a fresh host: phases in order, each thing after what it needs", () => {
  const desired = renderSite();
  const changes = stepsOf(planOf(freshWorld(desired)));
  const phases = changes.map((change) => PHASES.indexOf(change.phase));
  expect(phases).toEqual(phases.toSorted((a, b) => a - b));
  const at = (summary: string) => changes.findIndex((change) => change.summary.startsWith(summary));
  const pairs = [
    ["user opik-user", "subordinate ids 393216-458751 for opik-user"],
    ["directory /var/lib/opik (", "directory /var/lib/opik/clickhouse/config ("],
    ["systemctl daemon-reload", "start install-quadlets-firewall.service"],
    ["start install-quadlets-firewall.service", "start the user manager of opik-user"],
    ["secret vllm-qwen-api-key", "secret open-webui-vllm-key"],
    ["secret opik-redis ", "secret opik-redis-url"],
    ["image docker.io/vllm/", "file /etc/containers/systemd/users/"],
    ["reload the user manager of vllm-user", "start vllm-qwen"],
    ["start vllm-qwen", "start open-webui"],
    ["start opik-pod", "start nginx-proxy"],
    ["start nginx-proxy-https.socket", "start nginx-proxy"],
  ] as const;
  for (const [first, then] of pairs) {
    expect(at(first), first).toBeGreaterThanOrEqual(0);
    expect(at(first), `${first} before ${then}`).toBeLessThan(changes.findLastIndex((c) => c.summary.startsWith(then)));
  }
});

test("the generator is asked about every unit that it makes; sockets are not its own", () => {
  const { trial } = planOf(freshWorld());
  const units = [...(trial?.units ?? [])];
  expect(units).toContain("web.service");
  expect(units.filter((unit) => unit.endsWith(".socket"))).toEqual([]);
  expect(trial?.files.map(({ name }) => name)).toContain("web.container");
  expect(planOf(settledWorld()).trial).toBeUndefined();
});
