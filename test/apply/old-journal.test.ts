/** A host of the version before: its runs, with the journals that it wrote, are taken back to the byte. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Sources } from "../../src/config/load.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { rollback } from "../../src/runs/rollback.ts";
import { runOn } from "../runs/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { differences, pictureOf, strays } from "./picture.ts";
import { smallSite } from "./small-site.ts";
import { install } from "./support.ts";

parseOnce(smallSite());

const GENERATIONS = "/var/lib/install-quadlets/generations";

/** What the program wrote on this very host at form 1: a first install, and one without the front. */
const WRITTEN = JSON.parse(readFileSync(new URL("journal-version-1.json", import.meta.url), "utf8")) as Readonly<
  Record<string, object>
>;

/** They came later: the program that wrote the journals knew nothing of them. */
function isLater(path: string): boolean {
  return /^\/usr\/local\/(bin\/gateway-manage$|share(\/|$))|\/applied\.copy\.json$/.test(path);
}

async function installThen(host: MemoryHost, sources: Sources): Promise<void> {
  await install(host, sources);
  const { files } = host.system;
  for (const path of [...files.nodes.keys()].filter(isLater)) files.nodes.delete(path);
  const record = "/var/lib/install-quadlets/applied.json";
  const node = files.nodes.get(record);
  if (node?.kind !== "file") throw new Error("no record");
  const known = (_: string, value: unknown) =>
    Array.isArray(value) ? value.filter((one) => typeof one !== "string" || !isLater(one)) : value;
  const content = `${JSON.stringify(JSON.parse(node.content, known), undefined, 2)}\n`;
  files.put(record, { ...node, content });
}

function giveOldJournals({ system: { files } }: MemoryHost): void {
  const isJournal = (path: string) => path.startsWith(GENERATIONS) && /\/(?:undo-\d+|meta)\.json$/.test(path);
  for (const path of [...files.nodes.keys()].filter(isJournal)) files.nodes.delete(path);
  for (const [name, value] of Object.entries(WRITTEN)) {
    const node = { kind: "file", content: JSON.stringify(value), uid: 0, gid: 0, mode: 0o600 } as const;
    files.put(`${GENERATIONS}/${name}`, node);
  }
}

test("one after another: the service that left is back, and then nothing was ever here", async () => {
  const host = new MemoryHost();
  const empty = pictureOf(host);
  await installThen(host, smallSite());
  const whole = pictureOf(host);
  await installThen(host, smallSite(undefined, ["store"]));
  giveOldJournals(host);
  expect((await listGenerations(host.system.files)).map(({ version }) => version)).toEqual([1, 1]);
  await rollback(runOn(host.system), undefined, true);
  expect([...differences(whole, host), ...strays(whole, host)]).toEqual([]);
  await rollback(runOn(host.system), undefined, true);
  expect(differences(empty, host)).toEqual([]);
  expect(host.running()).toEqual([]);
});

test("both at once: what the first started stays down", async () => {
  const host = new MemoryHost();
  const empty = pictureOf(host);
  await installThen(host, smallSite());
  await installThen(host, smallSite(undefined, ["store"]));
  giveOldJournals(host);
  await rollback(runOn(host.system), "0", true);
  expect(differences(empty, host)).toEqual([]);
  expect(host.running()).toEqual([]);
  expect((await listGenerations(host.system.files)).map(({ result }) => result)).toEqual(["undone", "undone"]);
});
