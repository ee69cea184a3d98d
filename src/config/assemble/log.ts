/** What a container's log lines mean. */
import type { LogPatterns } from "../../model/log-pattern.ts";
import type { Path } from "../node.ts";
import { compilePattern } from "../pattern.ts";
import { spotAt } from "../report.ts";
import type { WrittenContainer } from "../schema/container.ts";
import { type Builder, readText } from "./fields.ts";
import { below } from "./paths.ts";

export function buildLog(builder: Builder, written: WrittenContainer["log"], path: Path): LogPatterns {
  const pattern = (...at: Path): string => readPattern(builder, [...path, ...at]);
  return {
    phases: (written?.phases ?? []).map(({ silent, grows }, index) => ({
      lines: pattern("phases", index, "lines"),
      phase: readText(builder, [...path, "phases", index, "phase"]),
      silentSeconds: silent,
      grows: grows === undefined ? undefined : below(builder.draft.home, grows),
    })),
    troubles: (written?.troubles ?? []).map((_, index) => ({
      lines: pattern("troubles", index, "lines"),
      says: readText(builder, [...path, "troubles", index, "says"]),
      hint: readText(builder, [...path, "troubles", index, "hint"]),
    })),
    noise: (written?.noise ?? []).map((_, index) => pattern("noise", index)),
  };
}

function readPattern(builder: Builder, path: Path): string {
  const text = readText(builder, path);
  if (compilePattern(text) === undefined)
    builder.report(spotAt(builder.draft.file, path), "is not a regular expression");
  return text;
}
