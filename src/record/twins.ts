/** Second instances that runs make while they replace the first: where they are, so that none outlives a run that was cut off. */
import { isRecord, parseJson } from "../model/json.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { Twin } from "../model/twin.ts";
import type { Files } from "../system/interfaces.ts";

const PATH = `${STATE_ROOT}/twins.json`;

/** Written by root, for root: one that is damaged names none. */
export async function readTwins(files: Files): Promise<readonly Twin[]> {
  const value = parseJson((await files.read(PATH)) ?? "");
  const list = isRecord(value) ? value["twins"] : undefined;
  return Array.isArray(list) ? list.filter(isTwin) : [];
}

/** Before anything of it is there. */
export async function keepTwin(files: Files, twin: Twin): Promise<void> {
  await write(files, [...(await others(files, twin)), twin]);
}

export async function forgetTwin(files: Files, twin: Twin): Promise<void> {
  await write(files, await others(files, twin));
}

async function others(files: Files, { path }: Twin): Promise<readonly Twin[]> {
  return (await readTwins(files)).filter((one) => one.path !== path);
}

async function write(files: Files, twins: readonly Twin[]): Promise<void> {
  if (twins.length === 0) return files.remove(PATH);
  const text = `${JSON.stringify({ version: 1, twins }, undefined, 1)}\n`;
  await files.write(PATH, text, { mode: 0o600, uid: 0, gid: 0 });
}

function isTwin(value: unknown): value is Twin {
  if (!isRecord(value) || !isRecord(value["account"]) || !isRecord(value["detour"])) return false;
  const { account, detour } = value;
  const texts = [value["unit"], value["path"], account["user"], detour["container"]];
  return (
    texts.every((text) => typeof text === "string") &&
    [account["uid"], value["stopTimeoutSeconds"]].every((number) => typeof number === "number") &&
    isRecord(detour["account"]) &&
    Array.isArray(detour["end"])
  );
}
