/** What hangs is noticed within two minutes: the worst case of every shipped health check, from its unit file. */
import { describe, expect, test } from "vitest";
import { renderSite } from "./support.ts";

const LIMIT_SECONDS = 120;
/** Podman's timers may be a second late (AccuracySec=1s, podman libpod/healthcheck_linux.go). */
const TIMER_SECONDS = 1;
/** How the shipped checks end by themselves, whoever does not answer. */
const ENDS = [
  /timeout -s KILL (\d+) /,
  /--max-time (\d+) /,
  /wget .*-T (\d+) /,
  /nslookup -timeout=(\d+) /,
  /timeout=(\d+)\)/,
];

const units = renderSite().files.filter(({ path }) => path.endsWith(".container"));
const checked = units.filter(({ content }) => content.includes("\nHealthCmd="));

function valueIn(content: string, key: string): string {
  return new RegExp(`^${key}=(.*)$`, "m").exec(content)?.[1] ?? "";
}
const seconds = (content: string, key: string) => Number(/^(\d+)s$/.exec(valueIn(content, key))?.[1]);

/** It hangs right after a check that it passed: so many checks begin and end until it is killed, each an interval after the last. */
function worstCase(content: string): number {
  const one = seconds(content, "HealthInterval") + TIMER_SECONDS + seconds(content, "HealthTimeout");
  return Number(valueIn(content, "HealthRetries")) * one;
}

test("every container that stays is checked", () => {
  const unchecked = units.filter((unit) => !checked.includes(unit));
  expect(unchecked.filter(({ content }) => !content.includes("\nType=oneshot"))).toEqual([]);
  expect(checked.length).toBeGreaterThan(10);
});

describe.each(checked.map(({ path, content }) => ({ name: path.slice(path.lastIndexOf("/") + 1), content })))(
  "$name",
  ({ content }) => {
    test("is killed within two minutes, and only after a second look", () => {
      expect(worstCase(content)).toBeLessThanOrEqual(LIMIT_SECONDS);
      expect(Number(valueIn(content, "HealthRetries"))).toBeGreaterThanOrEqual(2);
      expect(valueIn(content, "HealthOnFailure")).toBe("kill");
    });

    test("forgives nothing after its first success", () => {
      expect(content).not.toContain("HealthStartPeriod");
      expect(valueIn(content, "HealthStartupCmd")).toBe(valueIn(content, "HealthCmd"));
      expect(valueIn(content, "HealthStartupInterval")).toBe("2s");
      expect(valueIn(content, "HealthStartupRetries")).toBe("0");
    });

    test("its check ends by itself, before podman's own end", () => {
      const command = valueIn(content, "HealthCmd");
      const ends = ENDS.flatMap((pattern) => pattern.exec(command)?.slice(1).map(Number) ?? []);
      expect(ends, command).toHaveLength(1);
      expect(ends[0]).toBeLessThan(seconds(content, "HealthTimeout"));
    });
  },
);
