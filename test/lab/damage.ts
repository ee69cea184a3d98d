/**
 * Breaks a service in a way of its own: svc status has to name the cause in a line, svc dash has to say the same, the page about the site has
 * to have the same word, and what is said to paste has to mend it.
 */
import { describe, expect, test } from "vitest";
import { dashRow } from "./dash.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

export interface Damage {
  readonly name: string;
  /** Shell, as root; `as USER` runs as an account. */
  readonly make: string;
  /** Which service or unit is asked about. */
  readonly ask: string;
  readonly says: RegExp;
  /** The line of its log that has to stand below. */
  readonly log?: RegExp;
  /** What verify says of it. */
  readonly verified?: RegExp;
  /** Where no command can repair it, or the lab has not what it takes: by hand, and then the hint. */
  readonly first?: string;
  /** Instead of the hint, where that only shows what to look at. */
  readonly instead?: string;
}

/** Shell: `as USER COMMAND...` runs as an account, `ctl USER VERB...` tells its manager, `processes PID` are all below one. */
export const AS = `
as() { local user=$1; shift; cd / && setpriv --reuid "$user" --regid "$user" --init-groups env HOME="$(getent passwd "$user" | cut -d: -f6)" \\
  XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" "$@"; }
ctl() { local user=$1; shift; as "$user" systemctl --user --no-block "$@"; }
processes() { echo "$1"; for child in $(pgrep -P "$1"); do processes "$child"; done; }
`;

interface State {
  readonly code: number;
  readonly line: string;
  readonly log: string;
  readonly hint: string;
}

async function status(name: string): Promise<State> {
  const { code, out } = await tryHost("svc", "status", name);
  const lines = out.split("\n").map((line) => line.trim());
  const after = (start: string) => lines.find((line) => line.startsWith(start))?.slice(start.length) ?? "";
  return { code, line: lines[0] ?? "", log: after("its log: "), hint: after("hint: ") };
}

/** The word that the page about the site reads (portal.test.ts sees that it shows that), measured now. Its sentences name less. */
async function onThePage(name: string): Promise<string> {
  await host("systemctl", "start", "install-quadlets-metrics.service");
  type Named = { readonly name: string; readonly word: string };
  const text = await host("cat", "/var/lib/nginx-proxy/www/portal/state.json");
  const { services } = JSON.parse(text) as { services: readonly (Named & { units: readonly Named[] })[] };
  return (
    services.flatMap((service) => [service, ...service.units]).find((one) => one.name === name)?.word ?? "not there"
  );
}

/** For beforeAll: the stack with that page. */
export async function withThePage(stack: string): Promise<void> {
  await putFile("/etc/install-quadlets/stack.yaml", `portal: true\n${stack}`);
  const run = await tryHost("install-quadlets", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
}

export function expectNamedAndMended({ name, make, ask, says, log, verified, first, instead }: Damage): void {
  describe(`where ${name}`, () => {
    let hint = "";
    let word = "";

    test("svc status says so in a line, and ends with 1", async () => {
      await hostScript(`${AS}\n${make}`);
      // The look that said so is judged: the next one may find the unit on its next try.
      let state: State = { code: 0, line: "", log: "", hint: "" };
      const look = async () => {
        state = await status(ask);
        return state.line;
      };
      await expect.poll(look, { timeout: 180_000, interval: 3_000 }).toMatch(says);
      hint = state.hint;
      word = state.line.split(": ")[1] ?? "";
      expect(state.code).toBe(1);
      expect(hint).not.toBe("");
      expect(state.log).toMatch(log ?? "");
    });

    if (verified !== undefined) {
      test("verify says why, too", async () => {
        const look = async () => (await tryHost("install-quadlets", "verify")).out;
        await expect.poll(look, { timeout: 180_000, interval: 3_000 }).toMatch(verified);
      });
    }

    test("the page about the site has the same word", async () => {
      // A unit that is tried anew is on its way in between.
      await expect.poll(() => onThePage(ask), { timeout: 180_000, interval: 2_000 }).toBe(word);
    });

    test("svc dash says the same on its screen", async () => {
      await expect.poll(() => dashRow(ask), { timeout: 180_000, interval: 1_000 }).toMatch(says);
    });

    test("and what it says to paste mends it", async () => {
      await hostScript(
        `${AS}\n${first ?? ""}\n${instead ?? hint.replace(/install-quadlets( secrets rotate \S+)?$/, "$& --yes")}`,
      );
      await expect
        .poll(async () => (await tryHost("svc", "status")).out, { timeout: 180_000, interval: 3_000 })
        .not.toMatch(/: (failed|degraded|starting|stopped): /);
    });
  });
}
