/** Examples for the commands of the programs that look after one service: what their help shows first. */
import { type Examples, fitExamples, INSTALL_EXAMPLES } from "./examples-install.ts";
import { SVC_EXAMPLES } from "./examples-svc.ts";

/** Of every program that looks after one service. */
function app(program: string, unit: string): Examples {
  return {
    status: [[`${program} status`], [`${program} status -w`, "until Ctrl-C"]],
    health: [[`${program} health`]],
    logs: [[`${program} logs`], [`${program} logs ${unit} 200`, "the last 200 lines of one unit"]],
    follow: [[`${program} follow ${unit}`]],
    restart: [[`${program} restart`]],
    credentials: [[`${program} credentials`]],
    completion: [[`source <(${program} completion bash)`]],
  };
}

const VLLM: Examples = {
  ...app("vllm-manage", "vllm-qwen"),
  "": [
    ["vllm-manage status"],
    ["vllm-manage logs -f", "a model that loads tells how far it is"],
    ["vllm-manage restart"],
    [
      "vllm-manage reconfigure max_model_len=16384",
      "shows what it means, applies it, waits for a token, goes back on failure",
    ],
    ["vllm-manage bench", "how fast it answers, alone and many at once"],
    ["vllm-manage models", "what is served, and what lies in the cache"],
    ["vllm-manage key rotate", "another key, and whoever of this stack shows it gets it, too"],
    ["vllm-manage gpu", "who was given each GPU, and who uses it now"],
    ["vllm-manage free", "what is left of each, and which models would fit in it"],
    ["vllm-manage fit Qwen/Qwen3-14B", "would that model fit on these GPUs, or what to lower"],
  ],
  models: [
    ["vllm-manage models", "what is served, and what lies in the cache"],
    ["vllm-manage models pull Qwen/Qwen3-14B", "ahead of time: the change to it then takes a minute, not an hour"],
    ["vllm-manage models remove Qwen/Qwen3-4B", "not the one that is configured"],
  ],
  "models list": [["vllm-manage models list"]],
  "models pull": [["vllm-manage models pull Qwen/Qwen3-14B"]],
  "models remove": [["vllm-manage models remove Qwen/Qwen3-4B"]],
  "models suggest": [["vllm-manage models suggest"], ["vllm-manage models suggest --apply", "asks before it writes"]],
  key: [
    ["vllm-manage key show", "which it is; --reveal prints its value and nothing else"],
    ["vllm-manage key rotate", "another value: the former opens nothing from then on"],
  ],
  "key show": [["vllm-manage key show"], ["vllm-manage key show vllm-qwen --reveal", "its value, and nothing else"]],
  "key rotate": [["vllm-manage key rotate vllm-qwen"]],
  reconfigure: [
    ["vllm-manage reconfigure", "what there is to set, and questions"],
    ["vllm-manage reconfigure max_model_len=16384", "for the only vLLM of this host"],
    ["vllm-manage reconfigure vllm-coder model=Qwen/Qwen3-8B quantization=fp8"],
    ["vllm-manage reconfigure gpu.memory=0.45 --reset max_num_seqs"],
  ],
  bench: [
    ["vllm-manage bench", "1, 8 and 32 at once, through the proxy and directly: two minutes or so"],
    ["vllm-manage bench vllm-coder --concurrency 4,64 --tokens 256"],
    ["vllm-manage bench --way direct --json", "for a file, to compare later"],
  ],
  fit: fitExamples("vllm-manage"),
  free: [["vllm-manage free"], ["vllm-manage free --all", "every model that is known and fits"]],
  gpu: [["vllm-manage gpu"]],
};

const OPIK: Examples = {
  ...app("opik-manage", "backend"),
  "": [
    ["opik-manage health"],
    ["opik-manage logs backend 200"],
    ["opik-manage follow backend"],
    ["opik-manage mysql-shell", "clickhouse-shell and redis-cli, too; opik-manage mysql-shell -- -e 'show databases'"],
    ["opik-manage minio-console", "where it is, and what to log in with"],
    ["opik-manage credentials", "all of them"],
    ["opik-manage restart frontend", "one member; without a name the whole pod"],
  ],
  restart: [["opik-manage restart frontend", "one member; without a name the whole pod"]],
  backup: [
    ["opik-manage backup"],
    ["opik-manage backup --to /mnt/nas --keep 7", "and only the newest seven stay there"],
  ],
  restore: [["opik-manage restore /mnt/nas/opik-2026-11-28T120000Z.backup.tar", "shows what it would do, and asks"]],
  upgrade: [["opik-manage upgrade", "newer images under the same names; another version is a setting: stack.yaml"]],
  reinstall: [["opik-manage reinstall", "the whole pod with new containers, on the data that are there"]],
  "mysql-shell": [["opik-manage mysql-shell -- -e 'show databases'"]],
  "clickhouse-shell": [["opik-manage clickhouse-shell -- --query 'show tables'"]],
  "redis-cli": [["opik-manage redis-cli -- info"]],
  "minio-console": [["opik-manage minio-console"]],
};

const GATEWAY: Examples = {
  ...app("gateway-manage", "litellm"),
  "": [
    ["gateway-manage status"],
    ["gateway-manage key list"],
    ["gateway-manage key create anna --model qwen --tokens-per-day 200000"],
    ["gateway-manage usage --by model --days 7"],
    ["gateway-manage tail", "each request as it ends: who, which model, how long, what it cost"],
    ["gateway-manage analyze --hours 6", "what those came to, the slowest, and what failed"],
    ['gateway-manage test --model qwen --prompt "Are you there?"'],
    ["gateway-manage compare qwen tinyllama", "the same questions to each, side by side"],
    ["gateway-manage load qwen", "1, 8 and 32 requests at once, half a minute each: asks before, it costs tokens"],
    ["gateway-manage logs litellm -f"],
  ],
  key: [
    ["gateway-manage key list"],
    ['gateway-manage key create anna --for "Anna Example" --model qwen --tokens-per-day 200000 --expires 2027-03-01'],
    ["gateway-manage key show anna --reveal | ssh anna@laptop 'cat >llm-key'"],
    ["gateway-manage key rotate anna", "another value; the former opens nothing from then on"],
    ["gateway-manage key revoke anna", "at once, and out of keys.yaml"],
  ],
  models: [
    ["gateway-manage models", "what each store has, and what is declared of it"],
    ["gateway-manage models remove tinyllama", "not one that is declared"],
  ],
  "models list": [["gateway-manage models list --json | jq '.stores[].missing'"]],
  "models remove": [["gateway-manage models remove tinyllama"]],
  "models suggest": [
    ["gateway-manage models suggest"],
    ["gateway-manage models suggest --apply", "asks before it writes"],
  ],
  "key list": [["gateway-manage key list"]],
  "key show": [["gateway-manage key show anna --reveal | ssh anna@laptop 'cat >llm-key'"]],
  "key create": [
    ["gateway-manage key create anna --model qwen --tokens-per-day 200000"],
    ["gateway-manage key create nightly --machine --budget 20/month --expires 2027-03-01"],
  ],
  "key rotate": [["gateway-manage key rotate anna"]],
  "key revoke": [["gateway-manage key revoke anna"]],
  cache: [
    ["gateway-manage cache stats", "how many answers came from it, how much it holds"],
    ["gateway-manage cache flush", "after a model was changed behind its name"],
  ],
  "cache stats": [["gateway-manage cache stats --json | jq .hitShare"]],
  "cache keys": [["gateway-manage cache keys --limit 20"]],
  "cache watch": [["gateway-manage cache watch", "hits and misses a second, until Ctrl-C"]],
  "cache flush": [["gateway-manage cache flush"], ["gateway-manage cache flush --yes", "in a script"]],
  usage: [["gateway-manage usage --by model --days 7"]],
  tail: [
    ["gateway-manage tail", "the last ten, then what comes, until Ctrl-C"],
    ["gateway-manage tail --key anna --json | jq .milliseconds"],
  ],
  analyze: [["gateway-manage analyze", "of the last day, by key"], ["gateway-manage analyze --hours 1 --by model"]],
  compare: [
    ["gateway-manage compare qwen tinyllama"],
    ['gateway-manage compare qwen tinyllama --prompt "Why is the sky blue?" --runs 10 --json'],
  ],
  load: [
    ["gateway-manage load qwen"],
    ["gateway-manage load qwen --concurrency 4,64 --seconds 60 --yes --json", "for a file, to compare later"],
  ],
  test: [
    ['gateway-manage test --model qwen --prompt "Are you there?"', "mapping, providers in turn, who answered"],
    ["gateway-manage test --model qwen --json | jq .answeredBy"],
  ],
};

export const EXAMPLES: Readonly<Record<string, Examples>> = {
  "install-quadlets": INSTALL_EXAMPLES,
  svc: SVC_EXAMPLES,
  "vllm-manage": VLLM,
  "opik-manage": OPIK,
  "gateway-manage": GATEWAY,
};
