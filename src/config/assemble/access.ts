/** Shells and logins of a service file. */
import type { Login, Shell } from "../../model/access.ts";
import { suggest } from "../../model/suggest.ts";
import { nodeAt, type Path } from "../node.ts";
import { spotAt } from "../report.ts";
import type { Builder } from "./fields.ts";
import { readArguments, readText } from "./fields.ts";

export function buildShells(builder: Builder): readonly Shell[] {
  const { written } = builder.draft;
  return Object.entries(written.shells).map(([name, shell]) => {
    const path = ["shells", name];
    known(builder, [...path, "container"], Object.keys(written.containers), "container");
    for (const variable of Object.keys(shell.secrets)) {
      known(builder, [...path, "secrets", variable], Object.keys(written.secrets), "secret");
    }
    return {
      name,
      description: readText(builder, [...path, "description"]),
      container: shell.container,
      command: readArguments(builder, [...path, "command"]),
      secrets: shell.secrets,
    };
  });
}

export function buildLogins(builder: Builder): readonly Login[] {
  const { written } = builder.draft;
  return Object.entries(written.logins).map(([name, login]) => {
    const path = ["logins", name];
    known(builder, [...path, "secret"], Object.keys(written.secrets), "secret");
    if (login.port !== undefined) known(builder, [...path, "port"], Object.keys(written.ports), "port");
    return {
      name,
      description: readText(builder, [...path, "description"]),
      port: login.port,
      user: readText(builder, [...path, "user"]),
      secret: login.secret,
    };
  });
}

/** What is named must be in the same file. */
export function known({ draft, report }: Builder, path: Path, names: readonly string[], what: string): void {
  const node = nodeAt(draft.file, path);
  const name = node?.kind === "scalar" ? node.text : "";
  if (!names.includes(name)) {
    report(spotAt(draft.file, path), `no ${what} is named ${JSON.stringify(name)}`, suggest(name, names, `${what}s`));
  }
}
