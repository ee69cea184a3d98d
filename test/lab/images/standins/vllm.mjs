// vLLM stand-in: strict command line, devices, caches and shared memory of the real server, then a slow-loading OpenAI API over a real llama-server.
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Contract, endOnSignal, listen, sleep } from "../lib/contract.mjs";
import { OtlpSender } from "../lib/otlp-sender.mjs";
import { createApi } from "./vllm-api.mjs";
import { parseServe, UsageError } from "./vllm-arguments.mjs";
import { startEngine } from "./vllm-engine.mjs";

const image = "vllm";
const contract = new Contract(image);
const { env } = process;
const KNOWN = new Set(
  (
    "API_KEY CACHE_ROOT CONFIG_ROOT NO_USAGE_STATS DO_NOT_TRACK LOGGING_LEVEL LOGGING_PREFIX CONFIGURE_LOGGING LOGGING_CONFIG_PATH PORT HOST_IP MAX_N_SEQUENCES " +
    "ENFORCE_STRICT_TOOL_CALLING SERVER_DEV_MODE ENABLE_CUDA_COMPATIBILITY ATTENTION_BACKEND USE_V1 WORKER_MULTIPROC_METHOD ALLOW_LONG_MAX_MODEL_LEN " +
    "USAGE_SOURCE USE_MODELSCOPE TORCH_PROFILER_DIR RPC_TIMEOUT ENGINE_ITERATION_TIMEOUT_S HTTP_TIMEOUT_KEEP_ALIVE SLEEP_WHEN_IDLE ASSETS_CACHE XLA_CACHE_PATH " +
    "USE_FLASHINFER_SAMPLER USE_DEEP_GEMM NCCL_SO_PATH TARGET_DEVICE PLUGINS LOG_STATS_INTERVAL EXECUTE_MODEL_TIMEOUT_SECONDS IMAGE_FETCH_TIMEOUT"
  ).split(" "),
);

let serve;
try {
  serve = parseServe(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`usage: vllm serve [model_tag] [options]\nvllm serve: error: ${error.message}\n`);
  process.exit(2);
}
const { model = "Qwen/Qwen3-0.6B", options } = serve;
if (serve.deprecatedModelFlag)
  contract.warn("With `vllm serve`, you should provide the model as a positional argument instead of via --model");

for (const name of Object.keys(env).filter((key) => key.startsWith("VLLM_") && !KNOWN.has(key.slice(5))))
  contract.warn(`Unknown vLLM environment variable detected: ${name}`);
contract.need(!/^\w+:\/\//.test(env.VLLM_PORT ?? ""), `VLLM_PORT '${env.VLLM_PORT}' appears to be a URI`);
contract.uid([0, 2000], "the image supports root or 2000:0");

const gpus = readdirSync("/dev").filter((name) => /^nvidia\d+$/.test(name)).length;
const parallel = (options["tensor-parallel-size"] ?? 1) * (options["pipeline-parallel-size"] ?? 1);
if (
  contract.need(
    gpus > 0,
    "no /dev/nvidia0: Failed to infer device type, no GPU in the container (AddDevice=nvidia.com/gpu=...)",
  )
) {
  contract.need(parallel <= gpus, `World size (${parallel}) is larger than the number of available GPUs (${gpus})`);
}
const home = process.getuid() === 2000 ? "/home/vllm" : (env.HOME ?? "/root");
const hub = env.HF_HOME ?? join(home, ".cache/huggingface");
const cache = env.VLLM_CACHE_ROOT ?? join(home, ".cache/vllm");
for (const [dir, why] of [
  [hub, "model weights"],
  [cache, "compile cache"],
  ["/tmp", "temporary files and sockets"],
]) {
  if (contract.need(existsSync(dir), `${dir} does not exist: ${why} (mount a volume)`)) contract.writable(dir, why);
}
if (parallel > 1) {
  const { blocks, bsize } = statfsSync("/dev/shm");
  contract.need(
    blocks * bsize >= 2 ** 30,
    `/dev/shm has ${Math.round((blocks * bsize) / 2 ** 20)} MiB, tensor parallel needs at least 1024 (ShmSize or Ipc=host)`,
  );
}

// Weights: a local path must exist; a hub id must be in the cache when offline; the lab has no hub, so online ids are "downloaded" as a marker.
const snapshot = join(hub, "hub", `models--${model.replaceAll("/", "--")}`);
const offline = ["1", "true", "ON", "YES"].includes(env.HF_HUB_OFFLINE ?? "");
if (model.startsWith("/")) contract.need(existsSync(model), `the model path ${model} does not exist in the container`);
else contract.need(!offline || existsSync(snapshot), `HF_HUB_OFFLINE=1 but ${model} is not in ${hub}`);
contract.need(
  !options["enable-auto-tool-choice"] || options["tool-call-parser"],
  "--enable-auto-tool-choice requires --tool-call-parser",
);
const traces = options["otlp-traces-endpoint"];
if (traces !== undefined) {
  contract.need(URL.canParse(traces), `--otlp-traces-endpoint ${traces} is no address`);
  contract.need(
    env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL === "http/protobuf",
    `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is ${env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? "grpc by default"}: this stand-in knows http/protobuf`,
  );
}
contract.enforce();

if (!model.startsWith("/") && !existsSync(snapshot)) {
  mkdirSync(snapshot, { recursive: true });
  writeFileSync(join(snapshot, "lab-marker"), `${model}\n`);
}
mkdirSync(join(cache, "torch_compile_cache"), { recursive: true });
writeFileSync(join(cache, "torch_compile_cache", "lab-marker"), "");

/** Seconds until the model is "loaded": a suffix like :load=5 in the model name, a file in the cache, or 2. */
function loadSeconds() {
  const [, suffix] = /load[=-](\d+)$/.exec(model) ?? [];
  const file = join(cache, "lab-load-seconds");
  return Number(suffix ?? (existsSync(file) ? readFileSync(file, "utf8") : 2));
}
endOnSignal(image);
process.stdout.write(`${image}: loading ${model}\n`);
const names = options["served-model-name"] ?? [model];
await Promise.all([
  startEngine({
    name: names[0],
    context: options["max-model-len"],
    died: (reason) => {
      process.stderr.write(`${image}: EngineDeadError: ${reason}\n`);
      process.exit(1);
    },
  }),
  sleep(loadSeconds() * 1000),
]);
const keys = options["api-key"] ?? (env.VLLM_API_KEY ? [env.VLLM_API_KEY] : []);
const sender =
  traces &&
  new OtlpSender({
    url: traces,
    headers: env.OTEL_EXPORTER_OTLP_TRACES_HEADERS,
    service: env.OTEL_SERVICE_NAME ?? "unknown_service",
    scope: "vllm.llm_engine",
  });
const api = createApi({
  traces: sender,
  names,
  root: model,
  maxLength: options["max-model-len"] ?? 32768,
  keys,
});
await listen(image, api, options.port ?? 8000, options.host ?? "0.0.0.0");
process.stdout.write("INFO:     Application startup complete.\n");
