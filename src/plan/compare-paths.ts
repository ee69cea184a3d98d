/** Directories and files: what is missing, and what differs in content, owner or mode. */
import { type UserError, userError } from "../model/diagnostic.ts";
import type { PathFact, StateFacts } from "../model/facts.ts";
import { fillAuthority } from "../model/fill-authority.ts";
import { INDEX_PATH } from "../model/index-file.ts";
import { isGenerated } from "../model/mark.ts";
import type { Owner } from "../model/owner.ts";
import type { Draft, Phase } from "../model/plan.ts";
import type { DesiredDirectory, DesiredFile } from "../model/resource.ts";
import { obstacle } from "./aside.ts";
import { because, octal, planned } from "./change.ts";

type PathFacts = Pick<StateFacts, "paths">;

export function compareDirectories(directories: readonly DesiredDirectory[], facts: PathFacts): readonly Draft[] {
  return directories.flatMap((directory) => {
    const fact = facts.paths.get(directory.path) ?? { kind: "missing" };
    const what = `directory ${directory.path}`;
    const change = { kind: "directory", directory } as const;
    if (fact.kind === "missing") {
      const summary = `${what} ${owned(directory)}`;
      return [
        planned("directories", "create", directory.service, summary, because("missing", "not there yet"), change),
      ];
    }
    if (directory.shared) return [];
    if (fact.kind !== "directory") throw inTheWay(directory.path, "directory", fact);
    const difference = ownerDifference(fact, directory);
    if (difference === undefined) return [];
    return [planned("directories", "update", directory.service, what, because("mode", difference), change)];
  });
}

export function compareFiles(
  files: readonly DesiredFile[],
  facts: Pick<StateFacts, "paths" | "certificate">,
): readonly Draft[] {
  return files.flatMap((wanted) => {
    const file = withAuthority(wanted, facts);
    const fact = facts.paths.get(file.path) ?? { kind: "missing" };
    const phase = filePhase(file, fact);
    const what = `file ${file.path}`;
    if (fact.kind === "missing") {
      const change = { kind: "file", file, before: undefined } as const;
      return [
        planned(phase, "create", file.service, `${what} ${owned(file)}`, because("missing", "not there yet"), change),
      ];
    }
    if (file.optional && isInTheWay(fact)) return [];
    if (fact.kind !== "file") throw inTheWay(file.path, "file", fact);
    const [content, owner] = [
      fact.content === file.content ? undefined : "content differs",
      ownerDifference(fact, file),
    ];
    const reasons = [content, owner].filter((reason) => reason !== undefined);
    if (reasons.length === 0) return [];
    const reason = because(content === undefined ? "mode" : "content", reasons.join(", "));
    const change = { kind: "file", file, before: fact.content } as const;
    return [planned(phase, "update", file.service, what, reason, change)];
  });
}

/** Of a comfort: what somebody else has in its place stays. */
function isInTheWay(fact: PathFact): boolean {
  return fact.kind !== "file" || !isGenerated(fact.content);
}

/**
 * Unit files are swapped in last: a manager that is already running must not find units without images. The index goes with them:
 * which images services ran with is what decides whether their data are copied, also after a run that was cut off before.
 */
function filePhase({ role, path }: DesiredFile, fact: PathFact): Phase {
  return role.kind === "user-unit" || (path === INDEX_PATH && fact.kind === "file") ? "units" : "files";
}

/** Before the first run there is no authority: the placeholders stay and apply fills them in. */
function withAuthority(file: DesiredFile, facts: Pick<StateFacts, "certificate">): DesiredFile {
  const trust = facts.certificate?.trust;
  if (trust === undefined) return file;
  return { ...file, content: fillAuthority(file.content, trust) };
}

export function ownerDifference(
  fact: { readonly uid: number; readonly gid: number; readonly mode: number },
  wanted: { readonly owner: Owner; readonly mode: number },
): string | undefined {
  const differences: string[] = [];
  if (fact.mode !== wanted.mode) differences.push(`mode ${octal(fact.mode)}, want ${octal(wanted.mode)}`);
  if (fact.uid !== wanted.owner.uid || fact.gid !== wanted.owner.gid) {
    differences.push(`owner ${fact.uid}:${fact.gid}, want ${wanted.owner.uid}:${wanted.owner.gid}`);
  }
  return differences.length === 0 ? undefined : differences.join(", ");
}

function owned(wanted: { readonly owner: Owner; readonly mode: number }): string {
  return `(${octal(wanted.mode)}, ${wanted.owner.uid}:${wanted.owner.gid})`;
}

function inTheWay(path: string, wanted: "file" | "directory", fact: PathFact): UserError {
  return userError("in-the-way", obstacle(path, wanted, fact) ?? path, "move it away and run again");
}
