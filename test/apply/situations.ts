/** What happened to a host and its configuration since the last run: each asks for another kind of plan. */
import type { Sources } from "../../src/config/load.ts";
import { keySite, withGateway } from "./key-site.ts";
import type { MemoryHost } from "./memory-host.ts";
import { modelSite, withModels } from "./model-site.ts";
import { smallSite } from "./small-site.ts";
import { install } from "./support.ts";

export interface Situation {
  readonly sources: Sources;
  /** Secrets that get another value, "USER/NAME". */
  readonly rotate?: readonly string[];
  /** Secrets whose former value nobody keeps once the run was well. */
  readonly anew?: readonly string[];
  /** "USER/UNIT" that ran on, but could not be started again as it was. */
  readonly broken?: string;
}

export const SITUATIONS: Readonly<Record<string, (host: MemoryHost) => Promise<Situation>>> = {
  "a fresh host": async () => ({ sources: smallSite() }),
  "a new image and a new limit": async (host) => {
    await install(host, smallSite());
    return { sources: smallSite((text) => text.replace("sql:1", "sql:2").replace("4096", "8192")) };
  },
  "a lost secret": async (host) => {
    await install(host, smallSite());
    host.secrets.delete("store-user/store-key");
    const list = "/var/lib/store/.local/share/containers/storage/secrets/secrets.json";
    host.system.files.put(list, JSON.stringify({ secrets: {}, nameToID: { "store-url": "1" } }));
    return { sources: smallSite(), anew: ["store-url", "front-key"], broken: "store-user/store-sql.service" };
  },
  "an edited configuration file and an edited quadlet": async (host) => {
    await install(host, smallSite());
    host.system.files.put("/var/lib/front/config/front.conf", "edited");
    host.system.files.put("/etc/containers/systemd/users/801/front.container", "edited");
    return { sources: smallSite() };
  },
  "changed services on a host whose managers are down": async (host) => {
    await install(host, smallSite());
    host.shutDown();
    return { sources: smallSite((text) => text.replace("sql:1", "sql:2").replace("front:1", "front:2")) };
  },
  "a service that leaves the stack": async (host) => {
    await install(host, smallSite());
    return { sources: smallSite(undefined, ["store"]) };
  },
  "a container that leaves its pod, and a service that comes": async (host) => {
    await install(host, smallSite(undefined, ["store"]));
    return { sources: smallSite(withoutApi) };
  },
  "a container that comes": async (host) => {
    await install(host, smallSite(withoutApi));
    return { sources: smallSite() };
  },
  "a secret that is to be another": async (host) => {
    await install(host, smallSite());
    return { sources: smallSite(), rotate: ["store-user/store-key"], anew: ["store-url", "front-key", "store-key"] };
  },
  "keys that come, change and go": async (host) => {
    const gateway = withGateway(host);
    await install(
      host,
      keySite("{ anna: { models: [small], tokens_per_day: 1000 }, ben: { requests_per_minute: 5 }, dora: {} }"),
    );
    for (const row of gateway.rows) row.spend = 0.0005;
    return {
      sources: keySite("{ anna: { models: [small], tokens_per_day: 2000 }, carl: { kind: machine }, dora: {} }"),
    };
  },
  "a key that is to have another value": async (host) => {
    withGateway(host);
    const sources = keySite("{ anna: { tokens_per_day: 1000 }, ben: {} }");
    await install(host, sources);
    return { sources, rotate: ["router-user/router-key_anna"], anew: ["router-key_anna"] };
  },
  "models that are declared, and one that is declared no more": async (host) => {
    withModels(host);
    await install(host, modelSite(["tinyllama"]));
    return { sources: modelSite(["bge-m3", "gpt-oss:20b"]) };
  },
  "a gateway that is down, and keys that change meanwhile": async (host) => {
    withGateway(host);
    await install(host, keySite("{ anna: { tokens_per_day: 1000 }, ben: {} }"));
    host.shutDown();
    return { sources: keySite("{ anna: { tokens_per_day: 2000 }, carl: {} }") };
  },
};

function withoutApi(text: string): string {
  return text.replace(/ {2}api:[\s\S]*URL \}\]\n/, "");
}
