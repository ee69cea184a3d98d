/** Breaks a service in a way of its own: svc status has to name the cause in a line, and what it says to paste has to mend it. */
import { describe, expect, test } from "vitest";
import { dashRow } from "./dash.ts";
import { hostScript, tryHost } from "./support.ts";

export interface Damage {
  readonly name: string;
  /** Shell, as root; `as USER` runs as an account. */
  readonly make: string;
  /** Which service or unit is asked about. */
  readonly ask: string;
  readonly says: RegExp;
  /** Where no command can repair it, or the lab has not what it takes: by hand, and then the hint. */
  readonly first?: string;
  /** Instead of the hint, where that only shows what to look at. */
  readonly instead?: string;
}

const AS = `
as() { local user=$1; shift; cd / && setpriv --reuid "$user" --regid "$user" --init-groups env HOME="$(getent passwd "$user" | cut -d: -f6)" \\
  XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" "$@"; }
ctl() { local user=$1; shift; as "$user" systemctl --user --no-block "$@"; }
processes() { echo "$1"; for child in $(pgrep -P "$1"); do processes "$child"; done; }
`;

interface State {
  readonly code: number;
  readonly line: string;
  readonly hint: string;
}

async function status(name: string): Promise<State> {
  const { code, out } = await tryHost("svc", "status", name);
  const lines = out.split("\n");
  return {
    code,
    line: lines[0] ?? "",
    hint:
      lines
        .find((line) => line.trim().startsWith("hint: "))
        ?.trim()
        .slice(6) ?? "",
  };
}

export function expectNamedAndMended({ name, make, ask, says, first, instead }: Damage): void {
  describe(`where ${name}`, () => {
    let hint = "";

    test("svc status says so in a line, and ends with 1", async () => {
      await hostScript(`${AS}\n${make}`);
      // The look that said so is judged: the next one may find the unit on its next try.
      let state: State = { code: 0, line: "", hint: "" };
      const look = async () => {
        state = await status(ask);
        return state.line;
      };
      await expect.poll(look, { timeout: 180_000, interval: 3_000 }).toMatch(says);
      hint = state.hint;
      expect(state.code).toBe(1);
      expect(hint).not.toBe("");
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
