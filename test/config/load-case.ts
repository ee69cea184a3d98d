/** A case: the files of a site as text, and what comes of them. */
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import type { SourceFile, Sources } from "../../src/config/load.ts";

export interface Case {
  readonly name: string;
  /** Starts from the files that are shipped in config/; otherwise the site is all there is. */
  readonly builtin?: boolean;
  /** Without it: all services of the case, with nothing set. */
  readonly stack?: string;
  readonly services?: Readonly<Record<string, string>>;
  /** Files beside the service files: "app/app.container"; `!` in front of a reason why one cannot be read. */
  readonly quadlets?: Readonly<Record<string, string>>;
  /** All diagnostics, as printed. */
  readonly errors?: string;
  /** Dotted path -> value; list items are found by their name or index. */
  readonly model?: Readonly<Record<string, unknown>>;
}

const root = new URL("../../", import.meta.url);

function read(file: string): SourceFile {
  return { file, text: readFileSync(new URL(file, root), "utf8") };
}

export function builtinSources(): Sources {
  const services = readdirSync(new URL("config/services/", root)).sort();
  return { stack: [read("config/stack.yaml")], services: services.map((name) => read(`config/services/${name}`)) };
}

export function sourcesOf(given: Case): Sources {
  const builtin = given.builtin === true ? builtinSources() : { stack: [], services: [] };
  const names = Object.keys(given.services ?? {});
  const listed = `services:\n${names.map((name) => `  ${name}: {}\n`).join("")}`;
  const stack = given.stack ?? (given.builtin === true ? "{}" : listed);
  const services = Object.entries(given.services ?? {}).map(([name, text]) => ({
    file: `services/${name}.yaml`,
    text,
  }));
  return {
    stack: [...builtin.stack, { file: "stack.yaml", text: stack }],
    services: [...builtin.services, ...services],
    quadlets: Object.entries(given.quadlets ?? {}).map(([name, text]) => {
      const file = `services/${name}`;
      return text.startsWith("!") ? { file, problem: text.slice(1) } : { file, text };
    }),
  };
}

export function readCases(): readonly { readonly file: string; readonly cases: readonly Case[] }[] {
  const folder = new URL("test/cases/config/", root);
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, cases: parse(readFileSync(new URL(file, folder), "utf8")) as Case[] }));
}

/** "opik.containers.mysql.image" in a stack whose lists hold things with names. */
export function lookUp(value: unknown, path: string): unknown {
  return path.split(".").reduce((current: unknown, step) => {
    if (Array.isArray(current)) return current.find((item) => item?.name === step) ?? current[Number(step)];
    return typeof current === "object" && current !== null ? current[step as keyof typeof current] : undefined;
  }, value);
}
