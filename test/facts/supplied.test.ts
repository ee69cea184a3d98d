/** Secrets that the site gives: which of them have a value, by their names. */
import { expect, test } from "vitest";
import { gatherSupplied } from "../../src/facts/supplied.ts";
import type { AccountFact } from "../../src/model/facts.ts";
import type { SuppliedSecret } from "../../src/model/supplied.ts";
import { memorySystem } from "../support/memory-system.ts";

const ACCOUNTS = ["a-user", "b-user"].map((user, index) => ({
  user,
  uid: 931 + index,
  gid: 931 + index,
  home: `/var/lib/${user}`,
})) as unknown as readonly AccountFact[];
const WANTED = [
  { user: "a-user", name: "a-token" },
  { user: "b-user", name: "b-token" },
] as unknown as readonly SuppliedSecret[];
const storeOf = (user: string) => `/var/lib/${user}/.local/share/containers/storage/secrets/secrets.json`;

test("an account that cannot be looked at has what it had: it is set aside, and must not stop the others", async () => {
  const { files, ...rest } = memorySystem({
    files: {
      [storeOf("a-user")]: { kind: "other" },
      [storeOf("b-user")]: '{"nameToID": {"b-token": "1"}}',
      "/var/lib/install-quadlets/applied.json": '{"version": 1, "secrets": ["a-user/a-token"]}',
    },
  });
  const { stored } = await gatherSupplied({ files, ...rest }, WANTED, ACCOUNTS);
  expect(stored).toEqual(["a-user/a-token", "b-user/b-token"]);
});

test("what podman has lost counts as lost", async () => {
  const memory = memorySystem({
    files: {
      [storeOf("a-user")]: '{"nameToID": {}}',
      "/var/lib/install-quadlets/applied.json": '{"version": 1, "secrets": ["a-user/a-token"]}',
    },
  });
  expect(await gatherSupplied(memory, WANTED, ACCOUNTS)).toMatchObject({ stored: [], recorded: ["a-user/a-token"] });
});
