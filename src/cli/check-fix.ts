/** `check --fix`: shows the mechanical repairs as a diff and writes them, whole files at a time. */
import { visible } from "../model/visible.ts";
import type { Finding } from "../rules/findings.ts";
import { applyFixes } from "../rules/fixes.ts";
import type { System } from "../system/interfaces.ts";

export interface Repairs {
  /** The diffs of what was written. */
  readonly written: readonly string[];
  /** A sentence for each file that was not. */
  readonly left: readonly string[];
}

export async function fixFiles(system: System, findings: readonly Finding[]): Promise<Repairs> {
  const written: string[] = [];
  const left: string[] = [];
  for (const { file, text, diff } of applyFixes(findings)) {
    // Bytes that are no UTF-8 would not survive, and a bundle or binary file is nobody's to repair by rule.
    if (/[\ud800-\udfff\0]/.test(file.text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""))) continue;
    const path = `${file.folder}/${file.name}`;
    const stat = await system.files.stat(path);
    const isSame = stat?.kind === "file" && (await system.files.read(path)) === file.text;
    if (stat === undefined || !isSame) {
      left.push(`${visible(file.path)}: is a link, or has changed meanwhile; not written`);
      continue;
    }
    await system.files.write(path, text, { mode: stat.mode, uid: stat.uid, gid: stat.gid });
    written.push(visible(diff));
  }
  return { written, left };
}
