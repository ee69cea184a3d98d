/** Why an image could not be fetched: podman's words in, a sentence, the place and what to do out. */
import { expect, test } from "vitest";
import { pullFailure } from "../../src/facts/pull-failure.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { AccountFact } from "../../src/model/facts.ts";
import { memorySystem } from "../support/memory-system.ts";

const account = { user: "notes-user", uid: 804, gid: 804, home: "/var/lib/notes" } as unknown as AccountFact;
const reference = "docker.io/lab/notes:1";
const COMMAND =
  "exit code 125: setpriv --reuid 804 -- podman pull -- docker.io/lab/notes:1\n  Trying to pull docker.io/lab/notes:1...\n  ";

async function said(own: string, megabytes?: number, df = ""): Promise<UserError> {
  const system = memorySystem();
  system.runner.on("df --block-size=1", () => ({ stdout: df }));
  const found = await pullFailure(system, account, { reference, megabytes }, new UserError(`${COMMAND}${own}`));
  return found as UserError;
}

const DF = `1B-blocks Avail IFree Inodes Mounted on
6291456 1200000 - - /var/lib/notes
9000000000 5000000000 - - /
`;

test.each([
  [
    "Error: copying system image: writing blob: unpacking failed (error: exit status 1; output: write /usr/bin/du: no space left on device)",
    "there is no room for docker.io/lab/notes:1: /var/lib/notes has 1.2 MB of 6.3 MB left; about 1.5 GB are sent, and more unpacked",
    "sudo du -xh -d2 /var/lib/notes | sort -h | tail; then run it again",
  ],
  [
    "Error: initializing source docker://lab/notes:1: reading manifest 1 in docker.io/lab/notes: manifest unknown",
    "docker.io has no image docker.io/lab/notes:1",
    /^another version/,
  ],
  [
    "Error: initializing source: reading manifest 1 in docker.io/lab/notes: unauthorized: authentication required",
    "docker.io gives docker.io/lab/notes:1 to nobody without a login, or has no such image",
    "sudo -u notes-user -H podman login docker.io",
  ],
  [
    "Error: initializing source: pinging container registry docker.io: Get https://docker.io/v2/: dial tcp: lookup docker.io: no such host",
    "docker.io cannot be reached",
    "curl -fsSI https://docker.io/v2/",
  ],
  [
    "Error: reading manifest 1 in docker.io/lab/notes: toomanyrequests: You have reached your pull rate limit.",
    "docker.io lets this address fetch no more for now",
    /^wait for an hour, or log in: /,
  ],
])("%s", async (own, sentence, hint) => {
  const { code, message, hint: told } = await said(own, 1500, DF);
  expect(code).toBe("pull-failed");
  expect(message.split("\n")).toEqual([sentence, `  ${own}`]);
  expect(told).toEqual(typeof hint === "string" ? hint : expect.stringMatching(hint));
});

test("what nobody knows keeps the command and its lines; a place that cannot be asked is left out", async () => {
  expect((await said("Error: something else")).message).toBe(`${COMMAND}Error: something else`);
  const { message } = await said("Error: no space left on device");
  expect(message.split("\n")[0]).toBe("there is no room for docker.io/lab/notes:1");
  const other = new Error("ours");
  expect(await pullFailure(memorySystem(), account, { reference }, other)).toBe(other);
});
