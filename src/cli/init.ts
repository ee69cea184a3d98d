/** `install-quadlets init`: looks at this host, asks what it cannot know, and writes a stack file that is not there yet. */
import { dirname, resolve } from "node:path";
import { resolveStack } from "../config/resolve.ts";
import { judgeCards } from "../init/cards.ts";
import { proposeModel } from "../init/choose-model.ts";
import type { Shipped } from "../init/found.ts";
import { type Key, nameOf, type Situation } from "../init/questions.ts";
import { DEFAULT_DOMAIN, type Site } from "../init/site.ts";
import { stackText } from "../init/stack-text.ts";
import { foundText, remarks } from "../init/words.ts";
import { NeedsRoot, userError } from "../model/diagnostic.ts";
import { next } from "../model/next.ts";
import type { Stack } from "../model/service.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { readTextFile } from "../system/package-files.ts";
import { makeSystem } from "../system/real.ts";
import { publishNewFile } from "../system/write-new.ts";
import { decide } from "./init-dialog.ts";
import type { InitOptions } from "./init-flags.ts";
import { knownModels } from "./known-models.ts";
import { lookAtHost } from "./look-at-host.ts";
import { complain, print, printJson } from "./output.ts";
import { readBuiltIn, readSources, SITE } from "./package.ts";
import { packageFile } from "./package-root.ts";

const SCHEMA = "stack.schema.json";

export async function init(options: InitOptions): Promise<void> {
  const system = makeSystem();
  const target = options.print === true ? undefined : await targetOf(system, options.to);
  if (options.print === true && options.to !== undefined)
    throw userError("bad-value", "--print writes no file: leave out --to");
  const at = await situationOf(system);
  const say = options.json === true ? () => undefined : complain;
  for (const line of foundText(at.found, at.cards)) say(line);
  const asking = options.yes !== true && options.json !== true && process.stdin.isTTY === true;
  const talk = asking ? (await import("./ask.ts")).converse() : undefined;
  const given = givenIn(options);
  const site = await decide({ at, given, check: (part) => check(part, at), ask: talk?.put, say });
  talk?.end();
  const text = stackText(site, at.cards.usable !== undefined);
  if (target !== undefined) await write(system, target, text);
  tell(options, { at, site, text, target, ending: endingOf(system, target, options.to) });
}

interface Told {
  readonly at: Situation;
  readonly site: Site;
  readonly text: string;
  readonly target: string | undefined;
  readonly ending: string;
}

function tell({ json }: InitOptions, { at, site, text, target, ending }: Told): void {
  const notes = remarks(site, at.found);
  if (json === true) {
    const { listen, domain, tailnetName, extras } = site;
    const decided = { listen, domain, model: nameOf(site.model), tailnetName, services: extras };
    const then = ending.replace("next: ", "");
    printJson({ version: 1, found: at.found, decided, remarks: notes, file: target ?? null, text, next: then });
    return;
  }
  if (target === undefined) print(text.trimEnd());
  else print(`written: ${visible(target)}`);
  for (const note of notes) complain(`note: ${note}`);
  complain(ending);
}

/** Before anything is asked: what cannot be written is said first. */
async function targetOf(system: System, to: string | undefined): Promise<string> {
  const target = resolve(to ?? `${SITE}/stack.yaml`);
  if (to === undefined && system.host.effectiveUid() !== 0) {
    throw new NeedsRoot(
      `writing ${target} needs root`,
      "run it with sudo; or --print to look, --to FILE for another place",
    );
  }
  if ((await system.files.stat(target)) !== undefined) {
    throw userError(
      "already-there",
      `${visible(target)}: is there already, and was not touched`,
      "install-quadlets init --print shows what it would hold; edit it, or move it away first",
    );
  }
  const directory = dirname(target);
  if (directory !== SITE && (await system.files.stat(directory))?.kind !== "directory") {
    throw userError(
      "no-such-file",
      `${visible(directory)}: no such directory`,
      "make it, or name another place with --to",
    );
  }
  return target;
}

/** Whoever reads the configuration needs no root for that; nothing in it is secret. */
async function write(system: System, target: string, text: string): Promise<void> {
  const owner = { uid: system.host.effectiveUid(), gid: process.getegid?.() ?? 0 };
  const directory = dirname(target);
  if (directory === SITE) await system.files.makeDirectory(SITE, { mode: 0o755, ...owner });
  publishNewFile(target, text, { mode: 0o644, ...owner });
  // For editors: the first line of the file names it.
  const schema = `${directory}/${SCHEMA}`;
  if ((await system.files.stat(schema)) !== undefined) return;
  publishNewFile(schema, readTextFile(packageFile(`config/${SCHEMA}`)) ?? "{}", { mode: 0o644, ...owner });
}

/** Until the first run nothing of this program is on the host. */
function endingOf(system: System, target: string | undefined, to: string | undefined): string {
  if (target === undefined) return next("init --print");
  const program =
    system.host.findProgram("install-quadlets") === undefined ? ["npx", "install-quadlets"] : ["install-quadlets"];
  const config = to === undefined ? [] : ["--config", target];
  return next("init", ...program, ...config);
}

export async function situationOf(system: System): Promise<Situation> {
  const found = await lookAtHost(system);
  const shipped = shippedIn(resolveStack(engines()));
  const known = knownModels();
  const basis = { found, known, shipped, cards: judgeCards(found, shipped) };
  return { ...basis, proposal: proposeModel(basis) };
}

/** The catalogue alone, with every engine in it: a site's own file may be what is to be replaced. */
function engines(): ReturnType<typeof readBuiltIn> {
  const { stack, services } = readBuiltIn();
  return { stack: [...stack, { file: "engines.yaml", text: "services: { llama-cpp: {} }" }], services };
}

function shippedIn({ services }: Stack): Shipped {
  const [vllm, llama] = ["vllm-qwen", "llama-cpp"].map((name) => services.find((service) => service.name === name));
  return {
    version: String(vllm?.settings["version"] ?? ""),
    driver: vllm?.containers.flatMap(({ nvidiaDriver }) => nvidiaDriver?.atLeast ?? [])[0],
    llamaVersion: String(llama?.settings["version"] ?? ""),
  };
}

const UNDECIDED: Site = {
  listen: "auto",
  domain: DEFAULT_DOMAIN,
  model: { engine: "none" },
  tailnetName: false,
  extras: [],
};

/** As `plan` will read it: throws a ConfigError with what is wrong. */
function check(part: Partial<Site>, { cards }: Situation): void {
  const text = stackText({ ...UNDECIDED, ...part }, cards.usable !== undefined);
  resolveStack({ ...readSources(undefined), stack: [...readBuiltIn().stack, { file: "stack.yaml", text }] });
}

function givenIn({ listen, domain, model, tailnetName, services }: InitOptions): Partial<Record<Key, string>> {
  const name = tailnetName === undefined ? undefined : tailnetName ? "yes" : "no";
  const all = { listen, domain, model, tailnetName: name, services };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
