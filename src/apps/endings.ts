/** How and when a unit ended, from what showEndings prints, and from its log where that has forgotten it. */
import type { Ending, LogLine, More } from "./signs.ts";

type Values = ReadonlyMap<string, string> | undefined;

/** CLD_EXITED is 1, CLD_KILLED 2 and CLD_DUMPED 3; 0 stands for a process that never ended. */
export function endingOf(values: Values): Ending | undefined {
  const code = Number(values?.get("ExecMainCode") ?? 0);
  if (code === 0) return undefined;
  return { kind: code === 1 ? "exited" : "killed", status: Number(values?.get("ExecMainStatus") ?? 0) };
}

/** systemd forgets how the last try ended as soon as the next begins, but has written it down: "Main process exited, code=exited, status=137/n/a". */
export function endingIn(log: readonly LogLine[]): { readonly ending: Ending; readonly at: number } | undefined {
  const said = log.filter(({ from }) => from === "systemd");
  const last = said.findLast(({ text }) => EXITED.test(text));
  const [, code, status] = EXITED.exec(last?.text ?? "") ?? [];
  if (last === undefined) return undefined;
  const result = said.flatMap(({ text }) => /: Failed with result '([a-z-]+)'\.$/.exec(text)?.[1] ?? []).at(-1);
  return {
    ending: { kind: code === "exited" ? "exited" : "killed", status: Number(status), ...(result && { result }) },
    at: last.time / 1e6,
  };
}

const EXITED = /: Main process exited, code=(exited|killed|dumped), status=(\d+)\//;

/** With `Delegate=`, as every container has it, systemd goes on then, and calls the end by its exit code. */
export function mentionsMemory(log: readonly LogLine[]): boolean {
  return log.some(({ from, text }) => from === "systemd" && text.endsWith(" has been killed by the OOM killer."));
}

export function timesOf(values: Values, now: number): Pick<More, "startedAgo" | "lastUp"> {
  const began = secondsOf(values, "InactiveExitTimestamp");
  const up = secondsOf(values, "ActiveEnterTimestamp");
  const ended = secondsOf(values, "ActiveExitTimestamp");
  return {
    // Up: since when; on its way: since when it starts.
    startedAgo: began === undefined ? undefined : now - Math.max(began, up ?? 0),
    lastUp:
      up === undefined || ended === undefined || ended < up
        ? undefined
        : { seconds: ended - up, endedAgo: now - ended },
  };
}

/** Seconds since 1970; undefined where no process of it ever ended. */
export function endedAt(values: Values): number | undefined {
  return secondsOf(values, "ExecMainExitTimestamp");
}

/** "@1764233314"; empty where it never happened. */
function secondsOf(values: Values, name: string): number | undefined {
  const text = values?.get(name) ?? "";
  return text.startsWith("@") ? Number(text.slice(1)) : undefined;
}
