/** The certificate from Tailscale: when it is fetched, what its end means, and what becomes of it when nobody wants it. */
import { describe, expect, test } from "vitest";
import type { HostFacts } from "../../src/model/facts.ts";
import type { Address } from "../../src/model/names.ts";
import { chooseName } from "../../src/plan/choose-name.ts";
import { compareTailscale } from "../../src/plan/compare-tailscale.ts";
import { makePlan } from "../../src/plan/make-plan.ts";
import { planRenewal } from "../../src/plan/renewal.ts";
import { NOTHING } from "../../src/render/nothing.ts";
import { change, planLines, planOf, settledWorld, TAILNET, TAILSCALE_DOWN, type World } from "./support.ts";

const NAME = "gpuhost.tail0000.ts.net";
const KEY = "/var/lib/web/tls/tailscale.key";
const CERTIFICATE = "/var/lib/web/tls/tailscale.crt";
const UNIT = ["state", "applied", "units", "web-user/web.service"];
const FACT = ["state", "certificate", "tailscale"];
const DOWN = ["host", "tailnet", TAILSCALE_DOWN];

type Edit = readonly unknown[];

/** It is there, served and good for 60 of its 90 days. */
function worldWith(...edits: readonly Edit[]): World {
  const world = settledWorld();
  const file = { kind: "file", uid: 800, gid: 800, content: "" };
  const settled: readonly Edit[] = [
    ["desired", "certificate", "tailscale", { name: NAME, key: KEY, certificate: CERTIFICATE }],
    ["host", "tailnet", { ...TAILNET, names: [NAME] }],
    ["state", "paths", KEY, { ...file, mode: 0o640 }],
    ["state", "paths", CERTIFICATE, { ...file, mode: 0o644 }],
    ["state", "applied", "files", [KEY, CERTIFICATE]],
    [...FACT, { fingerprint: "ts", names: [NAME], matchesKey: true }],
    [...FACT, "notBefore", "2026-10-22T12:00:00Z"],
    [...FACT, "notAfter", "2027-01-20T12:00:00Z"],
    [...UNIT, "web.service-1 reload:web-files-1 leaf:leaf,ts"],
  ];
  for (const words of [...settled, ...edits]) change(world, words);
  return world;
}

const lines = (...edits: readonly Edit[]) => planLines(planOf(worldWith(...edits)));
const fetched = (reason: string, sign = "~") => [
  `certificates ${sign} certificate for ${NAME}, from Tailscale: ${reason}`,
  "start > reload web: its certificate changes",
];

describe("is fetched", () => {
  test.each<[string, readonly Edit[], readonly string[]]>([
    ["not while it is good", [], []],
    [
      "not with exactly a third of its life left",
      [
        [...FACT, "notAfter", "2027-01-05T12:00:00Z"],
        [...FACT, "notBefore", "2026-08-23T12:00:00Z"],
      ],
      [],
    ],
    [
      "with a second less",
      [
        [...FACT, "notAfter", "2027-01-05T11:59:59Z"],
        [...FACT, "notBefore", "2026-08-23T12:00:00Z"],
      ],
      fetched("44 days left of 134"),
    ],
    [
      "of 90 days: with 29 left",
      [
        [...FACT, "notAfter", "2026-12-21T11:00:00Z"],
        [...FACT, "notBefore", "2026-09-22T11:00:00Z"],
      ],
      fetched("29 days left of 90"),
    ],
    [
      "of 6 days: not with 3 left",
      [
        [...FACT, "notAfter", "2026-11-24T12:00:00Z"],
        [...FACT, "notBefore", "2026-11-18T12:00:00Z"],
      ],
      [],
    ],
    [
      "of 6 days: with 1 left",
      [
        [...FACT, "notAfter", "2026-11-23T11:00:00Z"],
        [...FACT, "notBefore", "2026-11-17T11:00:00Z"],
      ],
      fetched("1 days left of 6"),
    ],
    [
      "once it has ended",
      [[...FACT, "notAfter", "2026-11-21T12:00:00Z"]],
      fetched("the certificate ended on 2026-11-21"),
    ],
    [
      "with a key of another one",
      [[...FACT, "matchesKey", false]],
      fetched("the key does not belong to the certificate"),
    ],
    [
      "for another name",
      [[...FACT, "names", ["old.tail0000.ts.net"]]],
      fetched("the certificate is for old.tail0000.ts.net"),
    ],
    [
      "when somebody deleted it",
      [
        [...FACT, null],
        ["state", "paths", CERTIFICATE, { kind: "missing" }],
      ],
      fetched("there is no certificate for it yet"),
    ],
    [
      "for the first time",
      [
        [...FACT, null],
        ["state", "paths", CERTIFICATE, { kind: "missing" }],
        ["state", "paths", KEY, { kind: "missing" }],
        ["state", "applied", "files", []],
      ],
      fetched("there is no certificate for it yet", "+"),
    ],
  ])("%s", (_, edits, wanted) => {
    expect(lines(...edits)).toEqual(wanted);
  });

  const due: readonly Edit[] = [
    [...FACT, "notAfter", "2026-12-15T12:00:00Z"],
    [...FACT, "notBefore", "2026-09-16T12:00:00Z"],
  ];
  test("not while Tailscale is away and it can wait; but where it cannot", () => {
    expect(lines(...due, DOWN)).toEqual([]);
    expect(lines(...due)).toHaveLength(2);
    const late = ["state", "certificate", "tailscale", "notAfter", "2026-12-01T12:00:00Z"];
    expect(lines(...due, late, DOWN)[0]).toContain("10 days left of 76");
    expect(lines([...FACT, "matchesKey", false], DOWN)).toHaveLength(2);
  });
});

test("another one than when the proxy took it over: a reload, and nothing is fetched", () => {
  expect(lines([...FACT, "fingerprint", "ts-2"])).toEqual(["start > reload web: its certificate changed"]);
});

test("a key that others may read is put right", () => {
  expect(lines(["state", "paths", KEY, "mode", 0o644])).toEqual([`certificates ~ file ${KEY}: mode 0644, want 0640`]);
});

describe("when nobody wants it any more", () => {
  const gone: readonly Edit[] = [
    ["desired", "certificate", "tailscale", undefined],
    [...FACT, undefined],
  ];

  test("the proxy reloads without it, and then both files go", () => {
    expect(lines(...gone)).toEqual([
      "start > reload web: its certificate changed",
      expect.stringContaining(`prune - file ${KEY}: `),
      expect.stringContaining(`prune - file ${CERTIFICATE}: `),
    ]);
  });

  test("they are recorded until then, and not after", () => {
    const files = (...edits: readonly Edit[]) => {
      return planOf(worldWith(...edits)).lasting?.files;
    };
    expect(files()).toEqual([CERTIFICATE, KEY]);
    expect(files(...gone)).toEqual([]);
  });

  test("they go when everything is uninstalled, data or not", () => {
    const { host, state } = worldWith();
    const plan = makePlan(NOTHING, host, state, { removal: { depth: "keep" } });
    const removed = planLines(plan).filter((line) => line.includes("/tls/"));
    expect(removed).toEqual([`prune - file ${KEY}: uninstall`, `prune - file ${CERTIFICATE}: uninstall`]);
  });

  test("files that lay there before us stay", () => {
    expect(lines(...gone, ["state", "applied", "files", []])).toEqual(["start > reload web: its certificate changed"]);
  });
});

test("a renewal fetches it and reloads who serves it, and nothing else", () => {
  const { desired, state, host } = worldWith(
    [...FACT, "notAfter", "2026-12-01T12:00:00Z"],
    ["desired", "units", "web.service", "fingerprint", "another"],
  );
  const changes = compareTailscale(desired.certificate, state, host.now, true);
  expect(planLines(planRenewal(desired, state, changes))).toEqual(fetched("10 days left of 40"));
});

describe("the name", () => {
  const at = { file: "stack.yaml", line: 2, column: 14, path: "certificate.tailscale" };
  const decided = {
    address: undefined,
    interface: undefined,
    operators: undefined,
    tailscaleName: "last.tail0000.ts.net",
  };
  const choose = (
    facts: Partial<HostFacts>,
    address = "100.64.0.1",
    tailscale: object | undefined = { host: "webui", at },
  ) =>
    chooseName({ certificate: { tailscale } } as never, address as Address, {
      tailnet: TAILSCALE_DOWN,
      decided: undefined,
      ...facts,
    });

  test.each<[string, Partial<HostFacts>, unknown]>([
    ["is Tailscale's word", { tailnet: { ...TAILNET, names: [NAME, "b.ts.net"] } }, NAME],
    ["a new one wins over the last", { tailnet: { ...TAILNET, names: [NAME] }, decided }, NAME],
    ["stays while Tailscale is away", { tailnet: TAILSCALE_DOWN, decided }, "last.tail0000.ts.net"],
    [
      "that nobody ever told",
      { tailnet: TAILSCALE_DOWN },
      { at, message: "Tailscale does not say what this host is called", hint: "tailscale status; tailscale up" },
    ],
    [
      "without certificates, whatever was before",
      { tailnet: { ...TAILNET, names: [] }, decided },
      {
        at,
        message: "Tailscale gets no certificates for this host",
        hint: expect.stringMatching(/admin console.*transparency/),
      },
    ],
  ])("%s", (_, facts, wanted) => {
    expect(choose(facts)).toEqual(wanted);
  });

  test("is nothing where nobody asks, and leads nowhere where the services listen elsewhere", () => {
    expect(
      chooseName({ certificate: { tailscale: undefined } }, "100.64.0.1" as Address, {
        tailnet: TAILSCALE_DOWN,
        decided,
      }),
    ).toBeUndefined();
    expect(choose({ tailnet: { ...TAILNET, names: [NAME] } }, "192.0.2.10")).toMatchObject({
      at,
      message: expect.stringContaining("its services listen on 192.0.2.10"),
    });
  });
});
