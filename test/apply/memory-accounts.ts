/** The account files of a host in memory, changed as the shadow tools change them: as strict as those where apply could go wrong. */
import type { CommandResult } from "../../src/model/command.ts";
import type { MemoryFiles } from "../support/memory-files.ts";

type Result = Partial<CommandResult>;

const DATABASES = ["/etc/passwd", "/etc/group", "/etc/subuid", "/etc/subgid"];

/** Undefined for a command that is none of theirs. */
export function changeAccounts(files: MemoryFiles, [program, ...rest]: readonly string[]): Result | undefined {
  const name = rest.at(-1) ?? "";
  switch (program) {
    case "groupadd":
      return append(files, "/etc/group", `${name}:x:${option(rest, "--gid")}:`, new RegExp(`^${name}:`, "m"));
    case "useradd":
      return addUser(files, rest, name);
    case "usermod":
      return changeRanges(files, rest, name);
    case "userdel":
      // With its group and its ranges, as where login.defs says USERGROUPS_ENAB.
      if (!has(files, "/etc/passwd", name)) return { exitCode: 6, stderr: `userdel: user '${name}' does not exist` };
      for (const file of DATABASES) drop(files, file, `${name}:`);
      return {};
    case "groupdel":
      if (!has(files, "/etc/group", name)) return { exitCode: 6, stderr: `groupdel: group '${name}' does not exist` };
      drop(files, "/etc/group", `${name}:`);
      return {};
    default:
      return undefined;
  }
}

function addUser(files: MemoryFiles, words: readonly string[], name: string): Result {
  const gid = option(words, "--gid");
  if (!new RegExp(`^[^:]*:x:${gid}:`, "m").test(text(files, "/etc/group"))) {
    return { exitCode: 6, stderr: `useradd: group '${gid}' does not exist` };
  }
  const line = `${name}:x:${option(words, "--uid")}:${gid}::${option(words, "--home-dir")}:/usr/sbin/nologin`;
  return append(files, "/etc/passwd", line, new RegExp(`^${name}:|^[^:]*:x:${option(words, "--uid")}:`, "m"));
}

function changeRanges(files: MemoryFiles, words: readonly string[], name: string): Result {
  for (const kind of ["uid", "gid"]) {
    const file = `/etc/sub${kind}`;
    const added = option(words, `--add-sub${kind}s`);
    const removed = option(words, `--del-sub${kind}s`);
    if (added !== "") files.put(file, `${text(files, file)}${rangeLine(name, added)}\n`);
    if (removed !== "") drop(files, file, rangeLine(name, removed));
  }
  return {};
}

/** "100000-165535" */
function rangeLine(name: string, range: string): string {
  const [first = "", end = ""] = range.split("-");
  return `${name}:${first}:${Number(end) - Number(first) + 1}`;
}

function append(files: MemoryFiles, file: string, line: string, clash: RegExp): Result {
  if (clash.test(text(files, file))) return { exitCode: 9, stderr: `already exists: ${line}` };
  files.put(file, `${text(files, file)}${line}\n`);
  return {};
}

function drop(files: MemoryFiles, file: string, start: string): void {
  const lines = text(files, file).split("\n");
  files.put(file, lines.filter((line) => !line.startsWith(start)).join("\n"));
}

function has(files: MemoryFiles, file: string, name: string): boolean {
  return text(files, file)
    .split("\n")
    .some((line) => line.startsWith(`${name}:`));
}

function text(files: MemoryFiles, path: string): string {
  const node = files.nodes.get(path);
  return node?.kind === "file" ? node.content : "";
}

export function option(words: readonly string[], flag: string): string {
  const at = words.indexOf(flag);
  return at === -1 ? "" : (words[at + 1] ?? "");
}
