/** Log entries of several units: how many, whose, and where following goes on. */
import { expect, test } from "vitest";
import { logText } from "../../src/apps/log-text.ts";
import { entriesFrom, type LogSource, lastEntries } from "../../src/apps/read-log.ts";
import type { Command } from "../../src/model/command.ts";
import { printCommand } from "../../src/model/print-command.ts";

const service = { units: [{ unit: "zoo.service", log: { noise: ["Processing ruok"] } }] } as never;
const source: LogSource = {
  units: [
    { uid: 804, units: ["zoo.service"] },
    { uid: 803, units: ["web.service"] },
  ],
  services: [service],
  all: false,
};

/** A journal of lines "zoo own text", the oldest first; what is read of it is counted. */
function journal(lines: readonly string[]) {
  const asked: string[] = [];
  const read: string[] = [];
  async function* stream(command: Command): AsyncGenerator<string> {
    asked.push(printCommand(command));
    const all = lines.map((line, index) => {
      const [unit = "", from = "", ...words] = line.split(" ");
      const mark = from === "own" ? { CONTAINER_NAME: unit } : from === "event" ? { PODMAN_EVENT: "x" } : {};
      const common = { __CURSOR: `c${index}`, __REALTIME_TIMESTAMP: `${index}000000`, MESSAGE: words.join(" ") };
      return JSON.stringify({ ...common, _SYSTEMD_USER_UNIT: `${unit}.service`, ...mark });
    });
    for (const line of command.argv.includes("--reverse") ? all.reverse() : all) {
      read.push(line);
      yield line;
    }
  }
  return { stream, asked, read };
}

const LINES = [
  "zoo own one",
  "web own two",
  "zoo event health_status",
  "zoo own Processing ruok command",
  "web podman Error: gone",
  "web own three",
  "zoo event died",
];

test("the last ones that are wanted, in order, and no more of the journal than it takes", async () => {
  const { stream, asked, read } = journal(LINES);
  const { entries, cursor } = await lastEntries(stream, source, 3);
  expect(entries.map((entry) => entry.text)).toEqual(["two", "Error: gone", "three"]);
  expect(cursor).toBe("c6");
  expect(read).toHaveLength(6);
  const own = (unit: string, uid: number) => `_SYSTEMD_USER_UNIT=${unit} _UID=${uid} + USER_UNIT=${unit} _UID=${uid}`;
  expect(asked[0]).toContain(`--reverse ${own("zoo.service", 804)} + ${own("web.service", 803)}`);
});

test("none of them still tells where to go on", async () => {
  const { stream } = journal(LINES);
  expect(await lastEntries(stream, source, 0)).toEqual({ entries: [], cursor: "c6" });
  expect(await lastEntries(journal([]).stream, source, 5)).toEqual({ entries: [], cursor: "" });
});

test("all of it, where somebody asks for that", async () => {
  const { entries } = await lastEntries(journal(LINES).stream, { ...source, all: true }, 100);
  expect(entries.map((entry) => entry.from)).toEqual(["own", "own", "event", "noise", "podman", "own", "event"]);
});

test("following passes over what is not wanted, and goes on behind it", async () => {
  const { stream, asked } = journal(LINES);
  const seen: string[] = [];
  let cursor = "";
  for await (const entry of entriesFrom(stream, source, { after: "c0", follow: true })) {
    cursor = entry.cursor;
    if (entry.wanted) seen.push(entry.text);
  }
  expect([seen, cursor]).toEqual([["one", "two", "Error: gone", "three"], "c6"]);
  expect(asked[0]).toContain("--after-cursor=c0 --follow --no-tail");
});

test.each([
  ["own", 0, "2025-11-27T08:48:34+0000 zoo: a\\u0007b\n    c"],
  ["podman", 60, "2025-11-27T09:48:34+0100 zoo (podman): a\\u0007b\n    c"],
  ["event", -210, "2025-11-27T05:18:34-0330 zoo (podman): a\\u0007b\n    c"],
  ["systemd", 330, "2025-11-27T14:18:34+0530 zoo (systemd): a\\u0007b\n    c"],
] as const)("an entry of %s, %i minutes from Greenwich", (from, zone, text) => {
  const entry = { unit: "zoo.service", from, time: 1_764_233_314_000_000, text: "\u001b[31ma\u0007b\u001b[0m\r\nc\n" };
  const shown = logText(entry, zone);
  expect(`${shown.time} ${shown.who}: ${shown.text}`).toBe(text);
});

test("lines that only health checks cause are noise in the second instance of a unit as well", async () => {
  const { stream } = journal(["zoo-twin own Processing ruok command", "zoo-twin own four", "zoo own Processing ruok"]);
  const twin = { units: [{ unit: "zoo.service", twin: "zoo-twin.service", log: { noise: ["Processing ruok"] } }] };
  const both = { ...source, services: [twin as never] };
  expect((await lastEntries(stream, both, 5)).entries.map(({ text }) => text)).toEqual(["four"]);
});
