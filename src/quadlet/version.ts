/** Podman versions: "5.4.2", "5.4" and "6.0.0-rc1" compared by their numbers. */
import { userError } from "../model/diagnostic.ts";
import { isPodmanTooOld, OLDEST_PODMAN, PODMAN_HOSTS } from "../model/podman-version.ts";

export function assertSupportedPodman(version: string): void {
  // What is no version is said first.
  numbersOf(version);
  if (isPodmanTooOld(version))
    throw userError(
      "host-not-ready",
      `podman ${version} is too old: ${OLDEST_PODMAN} is the oldest that works`,
      PODMAN_HOSTS,
    );
}

/** Only major and minor count: no key first appeared in a patch release. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major, minor] = numbersOf(version);
  const [wantedMajor, wantedMinor] = numbersOf(wanted);
  return major !== wantedMajor ? major > wantedMajor : minor >= wantedMinor;
}

/** As isAtLeast, down to the patch release: some faults of podman were repaired in one. */
export function isAtLeastExactly(version: string, wanted: string): boolean {
  const [left, right] = [numbersOf(version), numbersOf(wanted)];
  const difference = left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
  return difference >= 0;
}

/** What a person may give as a version: numbers, and what distributions put behind them. */
export function isPodmanVersion(text: string): boolean {
  return /^v?\d{1,3}\.\d{1,3}(\.\d{1,4})?([-+~][0-9A-Za-z.+~-]{1,40})?$/.test(text);
}

type Numbers = readonly [major: number, minor: number, patch: number];
/** There are few, and each is asked about for every line of every file. */
const known = new Map<string, Numbers>();

function numbersOf(version: string): Numbers {
  const numbers = known.get(version) ?? readNumbers(version);
  known.set(version, numbers);
  return numbers;
}

function readNumbers(version: string): Numbers {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (found === null) throw userError("bad-value", `"${version}" is not a podman version`);
  return [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}
