/** Findings of `check` as text, as JSON and as SARIF. */
import { formatDiagnostic } from "../model/diagnostic.ts";
import { visible } from "../model/visible.ts";
import { rules } from "../rules/all.ts";
import type { Finding } from "../rules/findings.ts";
import type { Unread } from "../system/read-trees.ts";
import { version } from "./package.ts";

interface Report {
  readonly findings: readonly Finding[];
  readonly unread: readonly Unread[];
  readonly count: number;
  /** Units that systemd reads itself. */
  readonly foreign: readonly string[];
  readonly podman: string;
  readonly rootful: boolean;
  /** podman is this host's own. */
  readonly isHosts: boolean;
}

const PLURALS = { error: "errors", warning: "warnings", hint: "hints" } as const;

export function asText({ findings, unread, foreign, count, podman, isHosts }: Report): string {
  const judged = count - foreign.length;
  const files = `${judged} unit ${judged === 1 ? "file" : "files"}`;
  const lines = findings.map((finding) => shown(`${finding.level}: ${formatDiagnostic(finding)}`, finding.rule));
  const sentences = unread.map(({ path, message }) => `error: ${visible(path)} ${visible(message)}`);
  const numbers = (["error", "warning", "hint"] as const)
    .map((level) => ({ level, number: findings.filter((finding) => finding.level === level).length }))
    .filter(({ number }) => number > 0)
    .map(({ level, number }) => `${number} ${number === 1 ? level : PLURALS[level]}`);
  const what = unread.length > 0 ? [...numbers, `${unread.length} not read`] : numbers;
  const end = `${files}, ${what.length === 0 ? "no faults" : what.join(", ")} for podman ${podman}${isHosts ? ", which this host has" : ""}`;
  const passed = foreign.map((path) => `${visible(path)}: no quadlet; systemd reads it itself, and it was not judged`);
  const isAll = judged === 0 && foreign.length > 0 && what.length === 0;
  return [...sentences, ...lines, ...passed, ...(isAll ? [] : [end])].join("\n");
}

/** The rule behind the message, where docs/rules.md is looked up by it. */
function shown(text: string, rule: string): string {
  const [head = "", ...rest] = text.split("\n  hint: ");
  const hint = rest.length === 0 ? "" : `\n  hint: ${visible(rest.join("\n  hint: "))}`;
  return `${visible(head)} [${rule}]${hint}`;
}

export function asJson({ findings, unread, foreign, count, podman, rootful }: Report): unknown {
  return {
    version: 1,
    podman,
    rootful,
    files: count - foreign.length,
    notJudged: foreign,
    findings: findings.map(({ fix, ...finding }) => ({ ...finding, fixable: fix !== undefined })),
    unread,
  };
}

/** SARIF 2.1.0, which code forges show beside the line. */
export function asSarif({ findings, unread }: Report): unknown {
  const levels = { error: "error", warning: "warning", hint: "note" } as const;
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "install-quadlets",
            version: version(),
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.what },
              fullDescription: { text: rule.why },
              help: { text: rule.instead },
              defaultConfiguration: { level: levels[rule.level] },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: unread.length === 0,
            toolExecutionNotifications: unread.map(({ path, message }) => ({
              level: "error",
              message: { text: `${path} ${message}` },
            })),
          },
        ],
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          level: levels[finding.level],
          message: {
            text: [
              finding.path === "" ? "" : `${finding.path}: `,
              finding.message,
              finding.hint === undefined ? "" : `. ${finding.hint}`,
            ].join(""),
          },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(finding.file.replace(/[\ud800-\udfff]/g, "?")) },
                region: { startLine: finding.line, startColumn: finding.column },
              },
            },
          ],
        })),
      },
    ],
  };
}
