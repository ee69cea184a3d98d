/** Ids and subordinate ranges: what exists stays, what is new overlaps with nothing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostFacts } from "../../src/model/facts.ts";
import type { DesiredAccount } from "../../src/model/resource.ts";
import type { Stack } from "../../src/model/service.ts";
import { assignIdentities } from "../../src/render/identities.ts";
import { hostOwner } from "../../src/render/owners.ts";
import { fuzz } from "../support/fuzz.ts";
import { NOBODY } from "./support.ts";

type IdFacts = Pick<HostFacts, "accounts" | "groups" | "subuids" | "subgids">;

function stackOf(...names: readonly string[]): Stack {
  const services = names.map((name) => ({ name, account: { user: `${name}-user`, home: `/var/lib/${name}` } }));
  return { services } as unknown as Stack;
}

function assign(facts: object, ...names: readonly string[]): readonly DesiredAccount[] {
  return [...assignIdentities(stackOf(...names), { ...NOBODY, ...facts } as IdFacts).values()];
}

const user = (name: string, uid: number, home = `/var/lib/${name}`) => ({ user: `${name}-user`, uid, gid: uid, home });
const line = (owner: string, start: number, count = 65536) => ({ owner, start, count });

test("a fresh host: 800 onwards, ranges above shadow's own start, the same for uids and gids", () => {
  expect(assign({}, "a", "b")).toMatchObject(
    [
      { uid: 800, gid: 800, subuid: line("", 131072), subgid: line("", 131072) },
      { uid: 801, gid: 801, subuid: line("", 196608), subgid: line("", 196608) },
    ].map(({ subuid, subgid, ...ids }) => ({
      ...ids,
      subuid: { start: subuid.start },
      subgid: { start: subgid.start },
    })),
  );
});

test("accounts that exist keep everything; new ones go around them, wherever they stand in the stack", () => {
  const facts = {
    accounts: [user("b", 900)],
    subuids: [line("b-user", 131072)],
    subgids: [line("900", 300000, 70000)],
  };
  const [a, b] = assign(facts, "a", "b");
  expect(a).toMatchObject({ uid: 800, subuid: { start: 196608 } });
  expect(b).toMatchObject({
    uid: 900,
    subuid: { start: 131072, count: 65536 },
    subgid: { start: 300000, count: 70000 },
  });
  expect(assign(facts, "b", "a")).toEqual([b, a]);
});

test("ids that any account or group has are not given again", () => {
  const [a] = assign({ accounts: [user("x", 800)], groups: [{ name: "x", gid: 801 }] }, "a");
  expect(a).toMatchObject({ uid: 802, gid: 802 });
});

test("a group that was left without its user is used again", () => {
  expect(assign({ groups: [{ name: "a-user", gid: 805 }] }, "a")[0]).toMatchObject({ uid: 805, gid: 805 });
  const taken = { groups: [{ name: "a-user", gid: 805 }], accounts: [user("x", 805)] };
  expect(assign(taken, "a")[0]).toMatchObject({ uid: 800, gid: 805 });
  expect(assign({ groups: [{ name: "a-user", gid: 0 }] }, "a")[0]).toMatchObject({ uid: 800 });
});

describe("a range in one file only", () => {
  test("is used for the other file, too", () => {
    expect(assign({ subgids: [line("a-user", 500000)] }, "a")[0]).toMatchObject({
      subuid: { start: 500000 },
      subgid: { start: 500000 },
    });
  });

  test("unless somebody else has it there", () => {
    const facts = { subgids: [line("a-user", 131072)], subuids: [line("alice", 131072)] };
    expect(assign(facts, "a")[0]).toMatchObject({ subuid: { start: 196608 }, subgid: { start: 131072 } });
    const swapped = { subuids: facts.subgids, subgids: facts.subuids };
    expect(assign(swapped, "a")[0]).toMatchObject({ subuid: { start: 131072 }, subgid: { start: 196608 } });
  });
});

test("a range that is too short is not used", () => {
  expect(assign({ subuids: [line("a-user", 131072, 1000)] }, "a")[0]?.subuid.start).toBe(196608);
});

test("refused: another home, root, and a host without free ids or ranges", () => {
  expect(() => assign({ accounts: [user("a", 800, "/home/a")] }, "a")).toThrow(
    "user a-user exists with the home /home/a, but service a wants /var/lib/a",
  );
  expect(() => assign({ accounts: [user("a", 0)] }, "a")).toThrow("has uid 0");
  const full = Array.from({ length: 100 }, (_, index) => user(`x${index}`, 800 + index));
  expect(() => assign({ accounts: full }, "a")).toThrow("no free user id between 800 and 899");
  expect(() => assign({ subgids: [line("x", 100000, 600_000_000)] }, "a")).toThrow("no free range");
});

test("whatever the files say: new ranges overlap neither with them nor with each other", () => {
  const lines = fc.array(
    fc.record({
      owner: fc.constantFrom("x", "a-user", "b-user", "800"),
      start: fc.integer({ min: 100_000, max: 500_000 }),
      count: fc.integer({ min: 1, max: 65_535 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(lines, lines, (subuids, subgids) => {
      const accounts = assign({ subuids, subgids }, "a", "b", "c");
      const ranges = accounts.map((account) => account.subuid);
      expect(accounts.map((account) => account.subgid)).toEqual(ranges);
      const all = [...subuids, ...subgids, ...ranges];
      for (const range of ranges) {
        const clashes = all.filter((o) => range.start < o.start + o.count && o.start < range.start + range.count);
        expect(clashes).toEqual([range]);
      }
    }),
    fuzz(),
  );
});

test("ids inside containers: 0 is the account, n the nth of its range, beyond the range nobody", () => {
  const account = { ...user("a", 800), gid: 801, service: "a", subuid: line("", 1000, 10), subgid: line("", 2000, 20) };
  const owner = (uid: number, gid: number) => hostOwner(account as unknown as DesiredAccount, { uid, gid });
  expect(owner(0, 0)).toEqual({ uid: 800, gid: 801 });
  expect(owner(1, 1)).toEqual({ uid: 1000, gid: 2000 });
  expect(owner(10, 20)).toEqual({ uid: 1009, gid: 2019 });
  expect(() => owner(11, 0)).toThrow("id 11 of a container of a is outside the 10 subordinate ids of a-user");
  expect(() => owner(0, 21)).toThrow("outside the 20");
});
