/** Looks on the host for values that are to be nowhere but in podman's store and in the processes that need them. */
import { expect } from "vitest";
import { HOMES } from "./services.ts";
import { lab } from "./support.ts";

const PLACES = [
  "/etc",
  "/usr/local",
  "/run/systemd",
  "/run/user/*/systemd",
  "/var/lib/install-quadlets",
  `${HOMES["nginx-user"]}/{config,www}`,
  `${HOMES["dnsmasq-user"]}/config`,
  `${HOMES["opik-user"]}/{config,clickhouse/config}`,
  "/root/.npm/_logs",
];

/** Files (or lines) that hold a secret; the values travel on standard input, so that this search is not among its own finds. */
export async function search(values: readonly string[], script: string): Promise<string> {
  const answer = await lab(["exec", "--", "bash", "-c", script], { input: `${values.join("\n")}\n` });
  expect(answer.code, answer.err).toBeLessThan(2);
  return answer.out;
}

/** Units, configuration, our records: files that hold one. What lies in `but` is left out. */
export function inFiles(values: readonly string[], but = "/nowhere"): Promise<string> {
  return search(values, `grep -rlsaFf - ${PLACES.join(" ")} | grep -v '^${but}/' || true`);
}

/** How many lines of the journal hold one. */
export function inJournal(values: readonly string[]): Promise<string> {
  return search(values, "grep -caFf - <(journalctl --no-pager --all --output=cat) || true");
}

export function inArguments(values: readonly string[]): Promise<string> {
  return search(values, "grep -lsaFf - /proc/[0-9]*/cmdline || true");
}

export const NOBODY = "setpriv --reuid nobody --regid nogroup --clear-groups";

/** Files and processes where a user who is nobody finds one. */
export function forNobody(values: readonly string[]): Promise<string> {
  const places = `/etc /usr/local /root /run /tmp /home /opt ${Object.values(HOMES).join(" ")} /proc/[0-9]*/environ /proc/[0-9]*/cmdline`;
  return search(values, `${NOBODY} grep -rlsaFf - ${places} || true`);
}
