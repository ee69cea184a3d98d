/** What podman's own generator makes of the units of an account. */
import { expect } from "vitest";
import { type Answer, host, hostScript, tryHost } from "./support.ts";

/** What the host's generator makes of a user's directory of units. */
async function generate(uid: string): Promise<Answer> {
  const directory = `QUADLET_UNIT_DIRS=/etc/containers/systemd/users/${uid}`;
  const generator = "/usr/lib/systemd/user-generators/podman-user-generator";
  return tryHost("env", directory, generator, "--user", "--dryrun");
}

/** Every unit file of an account becomes a unit, and not a word is said of any line. */
export async function expectAccepted(user: string): Promise<void> {
  const uid = await host("id", "-u", user);
  const files = (await host("ls", `/etc/containers/systemd/users/${uid}`)).split("\n");
  const units = files.flatMap((file) => {
    const [name, kind] = [file.slice(0, file.lastIndexOf(".")), file.slice(file.lastIndexOf(".") + 1)];
    if (kind === "socket") return [];
    return [kind === "container" ? `${name}.service` : `${name}-${kind}.service`];
  });
  expect(units).not.toHaveLength(0);
  const answer = await generate(uid);
  expect(answer.code, answer.err).toBe(0);
  const made = [...answer.out.matchAll(/^---(.+)---$/gm)].map((match) => match[1]);
  expect(made.sort()).toEqual(units.sort());
  const complaints = answer.err.split("\n").filter((line) => !/: Loading source unit file |^$/.test(line));
  expect(complaints).toEqual([]);
}

/** What systemd said since the boot of lines that it does not take. */
export function ignoredLines(): Promise<string> {
  return hostScript(
    // systemd 262 says of each unit that ends that the kernel of such a machine counts no processes.
    "journalctl --boot --no-pager --output=cat _COMM=systemd | grep -v 'Failed to read pids.max' | grep -iE 'unknown (key|section)|failed to parse|ignoring|not UTF-8|invalid' || true",
  );
}
