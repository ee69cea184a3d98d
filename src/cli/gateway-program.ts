/** The commands of `gateway-manage`; each handler is loaded only when it runs. */
import { type Command, Option } from "commander";
import { BY, type By } from "../apps/gateway.ts";
import { findInstance } from "../apps/instance.ts";
import { readIndex } from "../apps/service-index.ts";
import type { IndexedService } from "../model/index-file.ts";
import { makeSystem } from "../system/real.ts";
import { appProgram } from "./app-program.ts";
import type { AnalyzeOptions } from "./gateway-analyze.ts";
import type { CreateOptions } from "./gateway-change.ts";
import type { CompareOptions } from "./gateway-compare.ts";
import type { LoadOptions } from "./gateway-load.ts";
import { addModels } from "./gateway-models-program.ts";
import type { TailOptions } from "./gateway-tail.ts";
import { run } from "./run.ts";

const PREFIX = "gateway";

const KEY_NOTES = `
Keys are what /etc/install-quadlets/keys.yaml says: create and revoke edit that file, so that the next run does not undo them.`;

const ASKED_HELP = `
Asked through the gateway at its own port, with the master key: it costs tokens, which are nobody's. No fallback steps in for a model.
Exit code 1 where a question got no answer.`;

export async function main(argv: readonly string[]): Promise<void> {
  await run(await makeProgram(), argv);
}

export async function makeProgram(): Promise<Command> {
  const program = await appProgram({
    command: "gateway-manage",
    description: "Looks after the gateway to all models: its keys, and what they used.",
    prefix: PREFIX,
  });
  const instance = async () =>
    findInstance(await readIndex(makeSystem()), PREFIX, program.opts<{ service?: string }>().service);
  addCache(program.command("cache").description("answers that the gateway keeps, where its cache is on"), instance);
  addKeys(program.command("key").description("the keys of people and machines"), instance);
  addModels(program.command("models").description("the stores of models that services of the stack keep"));
  program
    .command("usage")
    .description("what was used, as the gateway counted it; days are in UTC")
    .addOption(new Option("--by <what>", "for each of these").choices(BY).default("key"))
    .option("--days <number>", "the last so many, today among them", "1")
    .option("--json", "as JSON")
    .action(async (options: { by: By; days: string; json?: boolean }) =>
      (await import("./gateway-usage.ts")).usage(await instance(), options),
    );
  program
    .command("tail")
    .description("each request as it ends: key, model, status, first token, tokens, cost, who answered; no words of it")
    .option("--key <name>", "only of that key")
    .option("--model <name>", "only of that model; after a fallback it is the one that answered")
    .option("--json", "as JSON, a line for each")
    .action(async (options: TailOptions) => (await import("./gateway-tail.ts")).tail(await instance(), options));
  program
    .command("analyze")
    .description("what the last hours came to: requests, failures, times, tokens; the slowest, and what failed")
    .option("--hours <number>", "so many, up to a week", "24")
    .addOption(new Option("--by <what>", "for each of these").choices(["key", "model"]).default("key"))
    .option("--json", "as JSON")
    .action(async (options: AnalyzeOptions) =>
      (await import("./gateway-analyze.ts")).analyze(await instance(), options),
    );
  program
    .command("test")
    .description(
      "ask a model something through the gateway, as this host: which way it takes, step by step, who answers, how long it takes",
    )
    .requiredOption("--model <name>", "a name that clients ask for")
    .option("--prompt <text>", "what to ask", "Say hello.")
    .option("--json", "as JSON")
    .action(async (options: { model: string; prompt: string; json?: boolean }) =>
      (await import("./gateway-test.ts")).test(await instance(), options),
    );
  program
    .command("compare <models...>")
    .description("the same questions to each by turns: first token, between tokens, tokens a second, errors")
    .option("--prompt <text>", "what to ask; without it three questions of different kinds")
    .option("--runs <number>", "answers of each, besides the first", "6")
    .option("--tokens <number>", "of each answer, at most", "256")
    .option("--json", "as JSON")
    .addHelpText("after", ASKED_HELP)
    .action(async (models: readonly string[], options: CompareOptions) =>
      (await import("./gateway-compare.ts")).compare(await instance(), models, options),
    );
  program
    .command("load <model>")
    .description(
      "as many requests at once as are asked for: first token, between tokens and whole, p50, p95 and p99; errors",
    )
    .option("--concurrency <numbers>", "so many at once, one after the other", "1,8,32")
    .option("--seconds <number>", "of each of these; ten minutes of all at most", "30")
    .option("--tokens <number>", "of each answer, at most", "128")
    .option("-y, --yes", "without asking")
    .option("--json", "as JSON")
    .addHelpText("after", ASKED_HELP)
    .action(async (model: string, options: LoadOptions) =>
      (await import("./gateway-load.ts")).load(await instance(), model, options),
    );
  return program;
}

function addCache(cache: Command, instance: () => Promise<IndexedService>): void {
  cache
    .command("stats")
    .description(
      "how many answers it holds and how many were found in it, memory, what ended by age or for want of memory",
    )
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) =>
      (await import("./gateway-cache.ts")).cacheStats(await instance(), options),
    );
  cache
    .command("keys")
    .description("names of answers, how long each is kept, its size; never its words. Each counts as found in stats")
    .option("--limit <number>", "so many at most, in no order", "50")
    .option("--json", "as JSON")
    .action(async (options: { limit: string; json?: boolean }) =>
      (await import("./gateway-cache.ts")).cacheKeys(await instance(), options),
    );
  cache
    .command("watch")
    .description("hits and misses a second, a line each second, until Ctrl-C")
    .option("--json", "as JSON, a line each")
    .action(async (options: { json?: boolean }) =>
      (await import("./gateway-cache.ts")).cacheWatch(await instance(), options),
    );
  cache
    .command("flush")
    .description("forget all answers; nothing else of the gateway is in there, and nothing else is touched")
    .option("-y, --yes", "without asking")
    .action(async (options: { yes?: boolean }) =>
      (await import("./gateway-cache.ts")).cacheFlush(await instance(), options),
    );
}

function addKeys(key: Command, instance: () => Promise<IndexedService>): void {
  key.addHelpText("after", KEY_NOTES);
  key
    .command("list")
    .description("those that the gateway has: for whom, what each may, how much of it is used")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) =>
      (await import("./gateway-keys.ts")).listAll(await instance(), options),
    );
  key
    .command("show <key>")
    .description("one of them; its value only with --reveal, and then nothing else")
    .option("--reveal", "print the value")
    .option("--json", "as JSON, without the value")
    .action(async (name: string, options: { reveal?: boolean; json?: boolean }) =>
      (await import("./gateway-keys.ts")).showKey(await instance(), name, options),
    );
  const every = (value: string, before: readonly string[] = []) => [...before, value];
  key
    .command("create <key>")
    .description("write it into keys.yaml and make it; without limits it may use everything")
    .option("--for <who>", "whose it is, in words")
    .option("--machine", "it is no person's")
    .option("--model <name>", "a model, an alias or a pattern that it opens; may be repeated", every)
    .option("--tokens-per-day <number>", "of questions and answers together")
    .option("--budget <dollars/span>", "for models with a price: 20/month, 5/week or 1/day")
    .option("--requests-per-minute <number>", "at most")
    .option("--tokens-per-minute <number>", "at most")
    .option("--parallel-requests <number>", "at the same time")
    .option("--expires <day>", "the last day on which it works, in UTC")
    .option("-y, --yes", "without asking")
    .action(async (name: string, options: CreateOptions) =>
      (await import("./gateway-change.ts")).createKey(await instance(), name, options),
    );
  key
    .command("rotate <key>")
    .description("another value; what it has used so far stays counted")
    .option("-y, --yes", "without asking")
    .action(async (name: string, options: { yes?: boolean }) =>
      (await import("./gateway-change.ts")).rotateKey(await instance(), name, options),
    );
  key
    .command("revoke <key>")
    .description("out of keys.yaml, and at once out of the gateway")
    .option("-y, --yes", "without asking")
    .action(async (name: string, options: { yes?: boolean }) =>
      (await import("./gateway-change.ts")).revokeKey(await instance(), name, options),
    );
}
