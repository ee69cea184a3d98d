// The language model services, as contract stand-ins, and two programs for tests.
import { ALPINE, code, PATH, ports, program } from "./image-parts.mjs";

export const llmImages = [
  {
    name: "docker.io/vllm/vllm-openai:v0.30.0",
    kind: "stand-in over a real llama-server",
    layers: ["node", "python", "llama"],
    users: [{ name: "vllm", uid: 2000, gid: 0, group: "root", home: "/home/vllm" }],
    files: {
      "opt/lab/standins/vllm.mjs": { bundle: "standins/vllm.mjs" },
      "opt/lab/model.gguf": { built: "sets/model/model.gguf" },
      "usr/local/bin/vllm": "files/vllm/vllm",
    },
    dirs: { "home/vllm": { owner: "2000:0", mode: 0o775 }, "vllm-workspace": {} },
    config: {
      Env: [PATH, "VLLM_USAGE_SOURCE=production-docker-image"],
      Entrypoint: ["vllm", "serve"],
      WorkingDir: "/vllm-workspace",
    },
  },
  {
    name: "ghcr.io/open-webui/open-webui:v0.11.4",
    kind: "stand-in",
    layers: ["node", "curl", "jq"],
    files: { ...code("open-webui"), "app/backend/start.sh": "files/open-webui/start.sh" },
    dirs: { "app/backend/data": {} },
    config: {
      Env: [PATH, "ENV=prod", "PORT=8080", "DOCKER=true"],
      Cmd: ["bash", "start.sh"],
      User: "0:0",
      WorkingDir: "/app/backend",
      ExposedPorts: ports(8080),
    },
  },
  {
    name: "docker.io/lab/echo:1",
    kind: "test program",
    layers: ["node"],
    busybox: ALPINE,
    files: { ...code("echo"), "usr/bin/echo-server": program("echo") },
    config: { Env: [PATH], Entrypoint: ["echo-server"], WorkingDir: "/", ExposedPorts: ports(8080) },
  },
  {
    name: "docker.io/lab/unhealthy:1",
    kind: "test program",
    layers: ["node"],
    busybox: ALPINE,
    files: { ...code("unhealthy"), "usr/bin/unhealthy": program("unhealthy") },
    config: { Env: [PATH], Entrypoint: ["unhealthy"], WorkingDir: "/", ExposedPorts: ports(8080) },
  },
];
