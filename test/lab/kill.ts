/** Kills the installer with SIGKILL in a phase of its choice, and looks at what is left when it is run again. */
import { expect } from "vitest";
import { listUnits } from "./services.ts";
import { hostScript, tryHost } from "./support.ts";

/** Not the copy below /usr/local: that one comes and goes while this file tests. */
const UNPACKED = "/root/kill/package/dist/bin/install-quadlets.cjs";

/** What the installer prints when a phase begins, in the order of the phases. */
const PHASES = [
  "creating users",
  "making directories",
  "keeping a copy of this program",
  "making certificates",
  "writing configuration",
  "starting user managers",
  "generating secrets",
  "pulling images",
  "installing units",
  "starting services",
] as const;

export type Phase = (typeof PHASES)[number];

/**
 * Runs the installer and kills it so many lines into a phase, or as soon as a later one begins; `all` takes the
 * commands that it has started with it, as when the power fails, otherwise these run on, as after `kill -9 PID`.
 * Exit code 137 if it was killed.
 */
const KILLER = `
  phase=$1 left=$2 all=$3 later=$4 seen=
  descendants() { local child; for child in $(pgrep -P "$1"); do echo "$child"; descendants "$child"; done; }
  exec 3< <(exec node ${UNPACKED} --yes 2>&1 >/run/kill-test.out)
  pid=$!
  while IFS= read -r -u 3 line; do
    echo "$line"
    if [ -n "$seen" ]; then left=$((left - 1)); fi
    if [ "$line" = "$phase" ]; then seen=1; fi
    if { [ -n "$seen" ] && [ "$left" -le 0 ]; } || [[ "|$later|" == *"|$line|"* ]]; then
      victims=$pid
      if [ "$all" = all ]; then kill -STOP "$pid"; victims="$pid $(descendants "$pid")"; fi
      kill -KILL $victims 2>/dev/null
      exit 137
    fi
  done
  wait "$pid"
`;

/** Kills a run and gives the phase that it was in; undefined if it came through before. */
export async function killIn(phase: Phase, lines: number): Promise<string | undefined> {
  const index = PHASES.indexOf(phase);
  const mode = (index + lines) % 2 === 0 ? "all" : "only";
  const later = PHASES.slice(index + 1).join("|");
  const answer = await tryHost("bash", "-c", KILLER, "bash", phase, String(lines), mode, later);
  if (answer.code === 0) return undefined;
  expect(answer.code, `${answer.out}\n${answer.err}`).toBe(137);
  return answer.out.split("\n").findLast((line) => (PHASES as readonly string[]).includes(line));
}

/** One run after the other, each a phase further: killed so many lines into it. Gives the phases that were hit. */
export async function killInEach(phases: readonly Phase[], lines: number): Promise<readonly string[]> {
  const killed: string[] = [];
  for (const phase of phases) {
    const found = await killIn(phase, lines);
    if (found !== undefined) killed.push(found);
  }
  return killed;
}

export async function finish(): Promise<void> {
  const answer = await tryHost("node", UNPACKED, "--yes");
  expect(answer.code, answer.err).toBe(0);
}

/** What a killed run could leave behind: half-written files, staged units, half-copied programs, its lock. */
async function leftovers(): Promise<string> {
  const answer = await tryHost(
    "bash",
    "-c",
    `find / -xdev \\( -path /proc -o -path /sys -o -path '*/storage/overlay' \\) -prune -o -name '.install-quadlets-*' -print
     find /var/lib -path '*/storage/overlay' -prune -o -name '.install-quadlets-*' -print
     ls -d /run/install-quadlets* /usr/local/lib/install-quadlets/*.partial 2>/dev/null`,
  );
  return answer.out;
}

export async function expectConverged(): Promise<void> {
  const again = await tryHost("node", UNPACKED, "--yes");
  expect(again.code, again.err).toBe(0);
  expect(again.out).toBe("nothing to do: the host is as configured");
  expect(await leftovers()).toBe("");
  expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
}

/** Takes apart the package that the host has. */
export async function unpack(): Promise<void> {
  await hostScript("mkdir /root/kill; tar -xzf /root/install-quadlets-*.tgz -C /root/kill");
}
