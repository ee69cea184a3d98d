/** `install-quadlets secrets import`: an old .env, line by line: what becomes of each, and the secrets of the site set. */
import { readEnvFile } from "../config/env-file.ts";
import { resolveStack } from "../config/resolve.ts";
import { type Fate, fatesOf, type SettingLine } from "../gateway/import.ts";
import { yamlText } from "../gateway/yaml-text.ts";
import { NeedsRoot, UserError, userError } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { next } from "../model/next.ts";
import { Secret } from "../model/secret.ts";
import type { SuppliedSecret } from "../model/supplied.ts";
import { setSecret } from "../runs/set-secret.ts";
import { reasonNotToRead } from "../system/look-at.ts";
import { readTextFile } from "../system/package-files.ts";
import { makeSystem } from "../system/real.ts";
import { type InstallOptions, installRun } from "./install.ts";
import { complain, print, table } from "./output.ts";
import { readSources, SITE } from "./package.ts";
import { checkValue } from "./read-value.ts";

export async function importSecrets(file: string, options: InstallOptions): Promise<void> {
  const isTrial = options.dryRun === true;
  if (!isTrial && makeSystem().host.effectiveUid() !== 0) {
    throw new NeedsRoot("this needs root: nobody else may read a secret", "run it with sudo, or with --dry-run");
  }
  const reason = reasonNotToRead(file);
  const text = reason === undefined ? readTextFile(file) : undefined;
  if (text === undefined) throw userError("unusable-file", `${file} ${reason ?? "is not there"}`);
  const entries = readEnvFile({ file, text });
  const sources = readSources(options.config);
  const fates = fatesOf(resolveStack(sources), entries);
  const valueAt = new Map(entries.map(({ line, value }) => [line, value]));
  const given = fates.flatMap((fate) =>
    fate.kind === "secret" ? fate.secrets.map((secret) => checked(secret, fate, valueAt.get(fate.line) ?? "")) : [],
  );
  print(fatesText(fates, isTrial));
  if (isTrial) return;
  // Each is a run of its own, as with `secrets set`: what went well stays when a later one fails.
  for (const { secret, value } of given) {
    const said = await setSecret(installRun(options), { secret, sources }, value);
    if (said !== undefined) print(said);
  }
  if (given.length > 0) complain(next("secrets import", file));
}

interface Given {
  readonly secret: SuppliedSecret;
  readonly value: Secret;
}

/** All values are looked at before the first is set. */
function checked(secret: SuppliedSecret, { name, line }: Fate, value: string): Given {
  try {
    return { secret, value: new Secret(checkValue(Buffer.from(value))) };
  } catch (error) {
    throw error instanceof UserError ? userError(error.code, `${name} in line ${line}: ${error.message}`) : error;
  }
}

/** Names and settings, and of secrets no value. */
export function fatesText(fates: readonly Fate[], isTrial: boolean): string {
  if (fates.length === 0) return "there is no variable in it";
  const rows = fates.map((fate) => [String(fate.line), fate.name, becomes(fate, isTrial)]);
  const settings = fates.flatMap((fate) => (fate.kind === "setting" ? fate.settings : []));
  const lines = settingsText(settings);
  const advice = lines.length === 0 ? [] : ["", `for ${SITE}/stack.yaml, which stays yours to write:`, "", ...lines];
  return [table([["LINE", "NAME", "WHAT BECOMES OF IT"], ...rows]), ...advice].join("\n");
}

/** As it stands in a stack file, from its first column on: to be pasted as it is. */
function settingsText(settings: readonly SettingLine[]): readonly string[] {
  if (settings.length === 0) return [];
  const services = [...groupBy(settings, ({ service }) => service)].flatMap(([service, own]) => [
    `  ${service}:`,
    "    settings:",
    ...own.map(({ setting, value }) => `      ${yamlText({ [setting]: value })}`),
  ]);
  return ["services:", ...services];
}

function becomes(fate: Fate, isTrial: boolean): string {
  switch (fate.kind) {
    case "secret":
      return `${isTrial ? "would become" : "becomes"} ${fate.secrets.map(({ title }) => title).join(" and ")}`;
    case "setting":
      return "a setting: see below";
    case "left":
      return `nothing: ${fate.why}`;
    default:
      return fate satisfies never;
  }
}
