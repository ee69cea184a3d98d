/** Loads what the rules are tried on: paths and texts as a case has them, as files that were read. */
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { parse } from "yaml";
import { formatDiagnostic } from "../../src/model/diagnostic.ts";
import { type Finding, findAll, type Target } from "../../src/rules/findings.ts";
import type { SourceFile } from "../../src/rules/unit-set.ts";

export type Texts = Readonly<Record<string, string>>;

export function sources(texts: Texts): readonly SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({
    path,
    folder: `/${dirname(path)}`,
    name: basename(path),
    text,
  }));
}

export function find(texts: Texts, target: Partial<Target> = {}): readonly Finding[] {
  return findAll(sources(texts), { podman: "5.4.2", rootful: false, ...target });
}

export function said(findings: readonly Finding[]): string {
  return findings.map((finding) => `${finding.level} ${formatDiagnostic(finding)} [${finding.rule}]`).join("\n");
}

export function loadCases<Case>(file: string): readonly Case[] {
  return loadOne<readonly Case[]>(file);
}

export function loadOne<Whole>(file: string): Whole {
  return parse(readFileSync(new URL(`../cases/rules/${file}`, import.meta.url), "utf8")) as Whole;
}
