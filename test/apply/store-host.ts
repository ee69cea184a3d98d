/** A store with rows in a database, of which each version has a form of its own: what ran on them can be read from the text. */
import type { Sources } from "../../src/config/load.ts";
import { ownSources } from "../render/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { install, listener } from "./support.ts";

const STORE = `
description: a store
account: { user: store-user, home: /var/lib/store }
directories: [{ path: db }, { path: cache }]
pod: {}
containers:
  sql: { image: "docker.io/lab/sql:1", mounts: [{ source: db, target: /db }, { source: cache, target: /cache }] }
  api: { image: "docker.io/lab/api:1", after: { sql: started } }
backup:
  parts: { db: { directory: db } }
  not_data: [cache]
  counts: { rows: { container: sql, command: [count-rows] } }
`;

export const ROWS = "/var/lib/store/db/rows";
export const FILE = { kind: "file", uid: 999, gid: 999, mode: 0o600 } as const;

export function site(version: number): Sources {
  return ownSources({ store: STORE.replace("sql:1", `sql:${version}`) });
}

parseOnce(site(1));

/** Starts of newer versions on rows of which there was no whole copy. */
export const uncopied: string[] = [];

/** Runs the first version on 12 rows; the second writes them in another form, and the third loses them. */
export async function storeWithRows(): Promise<MemoryHost> {
  const host = new MemoryHost();
  uncopied.length = 0;
  await install(host, site(1));
  const { files } = host.system;
  files.put(ROWS, { ...FILE, content: "12 written by 1" });
  host.rows.set("store-sql", () => Number(/^\d+/.exec(host.text(ROWS))?.[0] ?? 0));
  host.started = (unit, image) => {
    if (unit !== "store-sql.service" || host.text(ROWS) === "") return;
    const version = Number(image.split(":")[1]);
    const form = Number(/\d+$/.exec(host.text(ROWS))?.[0]);
    if (version > form && !copiedRows(host).includes(host.text(ROWS))) uncopied.push(`${image} on ${host.text(ROWS)}`);
    if (version === 3) files.put(ROWS, { ...FILE, content: "0 written by 3" });
    else if (version >= form) files.put(ROWS, { ...FILE, content: host.text(ROWS).replace(/\d+$/, `${version}`) });
  };
  return host;
}

/** With all of it running, and as after a boot that started no manager. */
export const STATES = {
  up: storeWithRows,
  down: async () => {
    const host = await storeWithRows();
    host.shutDown();
    return host;
  },
};

/** Of whole copies: half a one has another name. */
export function copiedRows(host: MemoryHost): readonly string[] {
  const paths = [...host.system.files.nodes.keys()];
  return paths.filter((path) => /\/\.db\.before-run-\d+\/rows$/.test(path)).map((path) => host.text(path));
}

export function copiesOn(host: MemoryHost): readonly string[] {
  return [...host.system.files.nodes.keys()].filter((path) => /before-run|snapshots\.json/.test(path));
}

/** At which step that is: looked for once. */
const copied = new Map<() => Promise<MemoryHost>, number>();

/** A run to the second version has made its copy and nothing else, when the power fails; then somebody adds a row. */
export async function cutAfterCopy(arrange: () => Promise<MemoryHost>): Promise<MemoryHost> {
  for (let step = copied.get(arrange) ?? 1; ; step++) {
    const host = await arrange();
    host.failAt = host.changes + step;
    await install(host, site(2), listener(), [], false).catch(() => undefined);
    if (!host.killed) throw new Error("it never stood beside the data alone");
    await host.revive();
    if (copiedRows(host).length === 0) continue;
    copied.set(arrange, step);
    host.boot();
    host.system.files.put(ROWS, { ...FILE, content: "13 written by 1" });
    return host;
  }
}
