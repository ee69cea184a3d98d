/** Why an image could not be fetched: in words, with the place and its room where there is not enough, and podman's own last line. */
import { asUser } from "../commands/accounts.ts";
import { freeSpace, parseFreeSpace } from "../commands/disk.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { IMAGE_STAGING } from "../model/places.ts";
import { pullTrouble } from "../model/pull-trouble.ts";
import { sizeText } from "../model/size.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

export interface WantedImage {
  readonly reference: string;
  /** What a registry sends, about; undefined where nobody knows. */
  readonly megabytes?: number | undefined;
}

/** What is no UserError comes back as it is. */
export async function pullFailure(
  system: System,
  account: AccountFact,
  { reference, megabytes }: WantedImage,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof UserError)) return error;
  const trouble = pullTrouble(error.message, reference, account.user);
  if (trouble === undefined) return userError("pull-failed", error.message, error.hint);
  const own = error.message.trimEnd().split("\n").at(-1)?.trim() ?? "";
  if (trouble.hint !== undefined) return userError("pull-failed", `${trouble.says}\n  ${own}`, trouble.hint);
  const least = await tightest(system, account);
  const room = least && `${least.path} has ${sizeText(least.free)} of ${sizeText(least.size)} left`;
  const sent = megabytes === undefined ? undefined : `about ${sizeText(megabytes * 1e6)} are sent, and more unpacked`;
  const details = [room, sent].filter((part) => part !== undefined).join("; ");
  const hint = `sudo du -xh -d2 ${least?.path ?? account.home} | sort -h | tail; then run it again`;
  return userError("pull-failed", `${trouble.says}${details === "" ? "" : `: ${details}`}\n  ${own}`, hint);
}

interface Place {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly free: number;
}

/** Undefined where nobody can say. */
async function tightest(system: System, account: AccountFact): Promise<Place | undefined> {
  const paths = [account.home, IMAGE_STAGING];
  const answer = await ifReadable(system.runner.probe(asUser(account, freeSpace(paths))));
  const found = parseFreeSpace(answer?.stdout ?? "");
  // Where one was left out, nobody knows whose line it is.
  if (found.length !== paths.length) return undefined;
  const places = found.map(({ size, free }, at) => ({ path: paths[at] ?? "", size, free }));
  return places.toSorted((one, other) => one.free - other.free)[0];
}
