/** The commands of `vllm-manage`; each handler is loaded only when it runs. */
import { type Command, Option } from "commander";
import { findInstance, instancesOf } from "../apps/instance.ts";
import { readIndex } from "../apps/service-index.ts";
import type { IndexedService } from "../model/index-file.ts";
import { makeSystem } from "../system/real.ts";
import { appProgram } from "./app-program.ts";
import { type FitOptions, fitFlags } from "./fit-flags.ts";
import { run } from "./run.ts";
import { suggestCommand } from "./suggest-program.ts";
import type { BenchOptions } from "./vllm-bench.ts";
import type { ReconfigureOptions } from "./vllm-reconfigure.ts";

const PREFIX = "vllm";

const RECONFIGURE_HELP = `
The change is shown with what it means for the memory of the GPU, applied, and the model asked for a token. Only then stack.yaml is written:
where no token comes, everything goes back. A list is written with commas.
Exit codes: 0 done, 1 an error and nothing changed, 2 changes pending (--dry-run).`;

const BENCH_HELP = `
Each answer is a stream that is asked for; first token is the time from the question to it, between tokens the time from one piece to the next.
Whoever uses the model meanwhile is measured as well, and feels it. Exit code 1 where a question got no answer.`;

type Choose = (name?: string) => Promise<IndexedService>;

export async function main(argv: readonly string[]): Promise<void> {
  await run(await makeProgram(), argv);
}

export async function makeProgram(): Promise<Command> {
  const program = await appProgram({
    command: "vllm-manage",
    description: "Looks after the vLLM model server.",
    prefix: PREFIX,
  });
  const choose: Choose = async (name) =>
    findInstance(await readIndex(makeSystem()), PREFIX, name ?? program.opts<{ service?: string }>().service);
  addModels(
    program.command("models").description("what is served, and what lies in the cache"),
    choose,
    () => program.opts<{ service?: string }>().service,
  );
  addKey(program.command("key").description("what opens the model"), choose);
  const every = (value: string, before: readonly string[] = []) => [...before, value];
  program
    .command("reconfigure [words...]")
    .usage("[options] [SERVICE] [SETTING=VALUE...]")
    .description("other settings of a model, tried before they stay; without any, what there is to set")
    .option("--reset <setting>", "back to its default; may be repeated", every)
    .option("--force", "try also what the arithmetic says cannot fit")
    .option("-y, --yes", "without asking")
    .option("--dry-run", "show what would change and stop; exit code 2 if anything would")
    .option("--json", "the plan as JSON, and what the model answered")
    .addHelpText("after", RECONFIGURE_HELP)
    .action(async (words: readonly string[], options: ReconfigureOptions) =>
      (await import("./vllm-reconfigure.ts")).reconfigure(words, options, async (name) => (await choose(name)).name),
    );
  program
    .command("bench [service]")
    .description("time to the first token and between tokens, tokens a second, errors; alone and many at once")
    .option("--concurrency <numbers>", "so many at once, one after the other", "1,8,32")
    .option("--requests <number>", "of each of these; without it three for each that is at once, and 8 at least")
    .option("--seconds <number>", "after so long none of them begins any more", "60")
    .option("--tokens <number>", "of each answer, at most", "128")
    .addOption(new Option("--way <way>", "only that one").choices(["proxy", "direct"]))
    .option("--json", "as JSON")
    .addHelpText("after", BENCH_HELP)
    .action(async (name: string | undefined, options: BenchOptions) =>
      (await import("./vllm-bench.ts")).bench(await choose(name), options),
    );
  fitFlags(program.command("fit [model]")).action(async (name: string | undefined, options: FitOptions) =>
    (await import("./fit.ts")).fitCommand(name, options),
  );
  program
    .command("free")
    .description("what is left of each GPU, and which models would fit in it")
    .option("--all", "every model that is known and fits")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean; all?: boolean }) => (await import("./vllm-free.ts")).free(options));
  program
    .command("gpu")
    .description(
      "each GPU: memory, who was given it, who uses it now; exit code 1 if something keeps a service from it",
    )
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => (await import("./vllm-gpu.ts")).gpu(options));
  return program;
}

function addModels(models: Command, choose: Choose, named: () => string | undefined): void {
  suggestCommand(models);
  models
    .command("list", { isDefault: true })
    .allowExcessArguments(false)
    .description("the same as models without a word")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => {
      const service = named();
      const services =
        service === undefined ? instancesOf(await readIndex(makeSystem()), PREFIX) : [await choose(service)];
      return (await import("./vllm-models.ts")).listModels(services, options);
    });
  models
    .command("pull <model>")
    .description("fetch one into the cache ahead of time, as PUBLISHER/NAME")
    .action(async (model: string) => (await import("./vllm-models.ts")).pull(await choose(), model));
  models
    .command("remove <model>")
    .description("out of the cache; refused for what is configured")
    .option("-y, --yes", "without asking")
    .action(async (model: string, options: { yes?: boolean }) =>
      (await import("./vllm-models.ts")).remove(await choose(), model, options),
    );
}

function addKey(key: Command, choose: Choose): void {
  key
    .command("show [service]")
    .description("which it is and what it opens; its value only with --reveal, and then nothing else")
    .option("--reveal", "print the value")
    .option("--json", "as JSON, without the value")
    .action(async (name: string | undefined, options: { reveal?: boolean; json?: boolean }) =>
      (await import("./vllm-key.ts")).showKey(await choose(name), options),
    );
  key
    .command("rotate [service]")
    .description("another value; the model restarts, and is asked for a token with it")
    .option("-y, --yes", "without asking")
    .action(async (name: string | undefined, options: { yes?: boolean }) =>
      (await import("./vllm-key.ts")).rotateKey(await choose(name), options),
    );
}
