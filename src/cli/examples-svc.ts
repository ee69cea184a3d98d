/** Examples for the commands of `svc`: what their help shows first. */
import type { Examples } from "./examples-install.ts";

export const SVC_EXAMPLES: Examples = {
  "": [
    ["svc list", "every service and whether it runs"],
    ["svc status", "how every service is, and what to do where one is not well"],
    ["svc status vllm-qwen", "one of them, with its units and addresses"],
    ["svc top", "what each uses: processor, memory, storage, graphics cards"],
    ["svc dash", "all of that in one screen"],
    ["svc alerts", "what of all that is measured is wrong (observability: true)"],
    ["svc start vllm-big --swap", "instead of the model that is awake in its group"],
    ["svc restart opik", "the whole pod; opik-mysql would be one member"],
    ["svc logs -f open-webui opik", "follow both logs, merged"],
    ["svc exec opik-redis -- redis-cli info"],
    ["source <(svc completion bash)", "complete verbs and names with the tab key"],
  ],
  list: [
    ["svc list", "a line for each service"],
    ["svc list --all", "and for each of its units"],
  ],
  status: [
    ["svc status", "every service"],
    ["svc status vllm-qwen", "one of them"],
    ["svc status --ask", "and whether each does what it is there for"],
    ["svc status -w", "until Ctrl-C"],
  ],
  top: [["svc top", "every service, until Ctrl-C"], ["svc top opik", "each unit of one"], ["svc top --once"]],
  dash: [["svc dash", "until q; ssh -t gives it a terminal"]],
  alerts: [["svc alerts"]],
  start: [["svc start open-webui"], ["svc start vllm-big --swap", "instead of the model that is awake in its group"]],
  stop: [["svc stop open-webui opik"]],
  restart: [
    ["svc restart opik", "the whole pod"],
    ["svc restart opik-mysql", "one member of it"],
  ],
  reload: [["svc reload nginx-proxy"]],
  logs: [
    ["svc logs -f open-webui opik", "follow both, merged"],
    ["svc logs vllm-qwen -n 500", "the last 500 lines"],
    ["svc logs --since '1 hour ago'", "of all services"],
  ],
  exec: [["svc exec opik-redis -- redis-cli info"]],
  shell: [["svc shell open-webui"]],
  open: [["svc open open-webui"]],
  where: [["svc where opik"]],
  versions: [["svc versions"], ["svc versions opik"]],
  pull: [["svc pull open-webui", "fetches what is newer; svc update open-webui runs it"]],
  update: [
    ["svc update open-webui", "shows which image comes, asks, copies its data, starts it, goes back if it is not well"],
    ["svc update", "of every service"],
  ],
  client: [["svc client"]],
  completion: [["source <(svc completion bash)"]],
};
