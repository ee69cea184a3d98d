/** File systems that are full: whose they are, each once, and what a plan says of them. */
import { expect, test } from "vitest";
import { gatherFull } from "../../src/facts/full.ts";
import type { StateFacts } from "../../src/model/facts.ts";
import type { FullFact } from "../../src/model/full.ts";
import type { Plan } from "../../src/model/plan.ts";
import { fullNotes, noRoom } from "../../src/plan/preflight.ts";
import { memorySystem } from "../support/memory-system.ts";

const PLACES = ["/var/lib/webui", "/var/lib/webui/data", "/var/lib/opik/clickhouse"];

async function full(...lines: readonly string[]): Promise<FullFact | undefined> {
  const system = memorySystem();
  system.runner.on("df ", { exitCode: 1, stdout: ["head", ...lines].join("\n") });
  return gatherFull(system, PLACES);
}

const line = (free: number, mount: string) => `1000000000 ${free} 9 10 ${mount}`;
const FREE = 500_000_000;
const OWN = [line(FREE, "/"), line(FREE, "/"), line(FREE, "/")];

test("none is full, or nobody can say", async () => {
  expect(await full(...OWN, line(FREE, "/"), line(FREE, "/mnt"), line(FREE, "/"))).toBeUndefined();
  expect(await full()).toBeUndefined();
});

test("data of a service on a file system of their own", async () => {
  const found = await full(...OWN, line(FREE, "/"), line(0, "/mnt"), line(FREE, "/"));
  expect(found).toEqual({ own: [], ofServices: [{ path: "/var/lib/webui/data", megabytes: 954 }] });
});

test("each file system once, and it is a run's own where a run writes there", async () => {
  const found = await full(...OWN.slice(0, 2), ...PLACES.map(() => line(0, "/var")), line(0, "/var"));
  expect(found).toEqual({ own: [{ path: "/var/lib", megabytes: 954 }], ofServices: [] });
});

test("before the first run nothing of ours is there: it is called by where it is mounted", async () => {
  const found = await full(...OWN, line(0, "/mnt/big disk"));
  expect(found).toEqual({ own: [], ofServices: [{ path: "/mnt/big disk", megabytes: 954 }] });
});

const BOTH: FullFact = {
  own: [{ path: "/var/lib", megabytes: 954 }],
  ofServices: [{ path: "/var/lib/webui/data", megabytes: 1 }],
};

test("what a run could not write is refused before it begins, where it would write anything", () => {
  const plan = { stages: [{ phase: "files", lanes: [[{}]] }] } as unknown as Plan;
  expect(noRoom({ full: BOTH }, plan)).toEqual([
    {
      message: "the file system of /var/lib is full (954 MB, none free), and a run writes there",
      hint: "sudo du -xh -d2 /var/lib | sort -h | tail",
    },
  ]);
  expect(noRoom({ full: BOTH }, { stages: [] })).toEqual([]);
  expect(noRoom({}, plan)).toEqual([]);
});

test("a plan names all of them", () => {
  expect(fullNotes({ full: BOTH } as StateFacts).map(({ subject, text }) => `${subject}: ${text}`)).toEqual([
    "/var/lib: its file system is full (954 MB, none free): sudo du -xh -d2 /var/lib | sort -h | tail",
    "/var/lib/webui/data: its file system is full (1 MB, none free): sudo du -xh -d2 /var/lib/webui/data | sort -h | tail",
  ]);
});
