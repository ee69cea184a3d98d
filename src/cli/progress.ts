/** Progress of apply: one line that rewrites itself on a terminal, whole lines elsewhere. */
import type { Reporter } from "../apply/reporter.ts";
import type { Phase } from "../model/plan.ts";
import { canDraw } from "./colour.ts";

const TITLES: Readonly<Record<Phase, string>> = {
  packages: "installing packages",
  "prune-stop": "stopping what goes",
  tool: "keeping a copy of this program",
  accounts: "creating users",
  directories: "making directories",
  certificates: "making certificates",
  files: "writing configuration",
  "data first": "putting data aside",
  managers: "starting user managers",
  secrets: "generating secrets",
  images: "pulling images",
  units: "installing units",
  data: "putting data aside",
  start: "starting services",
  keys: "telling the gateway of keys",
  prune: "removing what is no longer wanted",
  clear: "clearing up",
};

/** Without a terminal, a line that keeps changing (a pull) is shown at most this often. */
const PLAIN_INTERVAL_MS = 10_000;

/** `timed` puts the seconds since the start of this program in front of each line: where does the time go? */
export function makeReporter(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write">,
  now: () => number,
  timed = false,
): Reporter {
  const terminal = canDraw({ env: process.env, isTerminal: stream.isTTY === true });
  let shown = false;
  let lastProgress = 0;
  const clear = (): void => {
    if (shown) stream.write("\r\u001b[2K");
    shown = false;
  };
  const line = (text: string): void => {
    clear();
    const seconds = timed ? `${(performance.now() / 1000).toFixed(1).padStart(6)} s  ` : "";
    stream.write(`${seconds}${text}\n`);
  };
  return {
    phase: (phase) => line(TITLES[phase]),
    progress: (text) => {
      if (terminal) {
        stream.write(`\r\u001b[2K  ${text.slice(0, (stream.columns ?? 80) - 3)}`);
        shown = true;
      } else if (now() - lastProgress >= PLAIN_INTERVAL_MS) {
        lastProgress = now();
        line(`  ... ${text}`);
      }
    },
    done: (planned) => line(`  ${planned.summary}`),
    note: line,
  };
}
