/** Examples for the commands of install-quadlets: what their help shows first. */

/** By the words of a command behind the name of its program: what is typed, and what for. */
export type Examples = Readonly<Record<string, readonly (readonly [command: string, what?: string])[]>>;

export function fitExamples(program: string): Examples[string] {
  return [
    [`${program} fit Qwen/Qwen3-8B`, "on the GPU that is here"],
    [`${program} fit Qwen/Qwen3-32B --gpu 24G`, "what to lower for a card of 24 GB"],
    [`${program} fit Llama-3.3-70B-Instruct --gpu H100 --tp 2 --context 65536`],
    [`${program} fit --config ~/models/mine/config.json --gpu L40S`],
  ];
}

export const INSTALL_EXAMPLES: Examples = {
  "": [
    ["sudo install-quadlets init", "a configuration for this host: looks, asks five questions at most"],
    ["sudo install-quadlets", "show the plan, ask, apply, verify"],
    ["sudo install-quadlets --dry-run", "show the plan only; exit code 2 if something would change"],
    ["sudo install-quadlets --yes", "do not ask"],
    ["sudo install-quadlets plan --out FILE", "keep the plan; apply FILE carries out that one and no other"],
    ["sudo install-quadlets backup", "the data of every service, a file each; restore FILE puts one back"],
    ["install-quadlets render ./out", "write what this site renders to, touch nothing else"],
    ["install-quadlets check stack.yaml", "find every fault of a configuration"],
    ["install-quadlets doctor", "what is wrong with this host, and what repairs it"],
    ["install-quadlets fit Qwen/Qwen3-8B", "does that model fit on the GPU that is here, or what to lower"],
    [
      "sudo install-quadlets secrets set vllm-qwen/hf-token <token.txt",
      'give a value that only you have; without "<" it asks',
    ],
  ],
  plan: [
    ["sudo install-quadlets plan", "the same as --dry-run"],
    ["sudo install-quadlets plan --out site.plan", "keep it, readable for root only"],
    ["sudo install-quadlets apply site.plan", "carry out that plan, or nothing where another one is due by now"],
  ],
  apply: [
    ["sudo install-quadlets apply", "show the plan, ask, apply, verify"],
    ["sudo install-quadlets apply site.plan", "the plan of plan --out, and no other; it does not ask"],
  ],
  update: [
    [
      "sudo install-quadlets update open-webui",
      "as svc update: shows which image comes, asks, copies its data, starts it",
    ],
  ],
  reinstall: [
    [
      "sudo install-quadlets reinstall opik",
      "shows the plan, asks; stops it, starts it with new containers; its data stay",
    ],
  ],
  verify: [["sudo install-quadlets verify", "also after an upgrade of the host, or from a timer"]],
  render: [
    ["install-quadlets render ./out", "this site"],
    ["install-quadlets render --built-in --podman 5.8 ./out", "the package alone, as a newer podman gets it"],
  ],
  eject: [["sudo install-quadlets eject ./plain", "into a directory that is not there yet, or is empty"]],
  adopt: [
    ["sudo install-quadlets adopt ~/.config/containers/systemd --name web", "a folder with the folders in it"],
    ["install-quadlets adopt web.container web.pod --name web --print", "only show what it would write; needs no root"],
  ],
  ca: [
    ["sudo install-quadlets ca show", "which authority clients trust, and until when"],
    ["sudo install-quadlets ca rotate", "the way to another one, in two steps"],
  ],
  "ca show": [["sudo install-quadlets ca show"]],
  "ca rotate": [
    ["sudo install-quadlets ca rotate", "publish a second one; clients fetch both"],
    ["sudo install-quadlets ca rotate --finish", "once every client has it: it signs from then on"],
  ],
  renew: [["sudo install-quadlets renew", "now, and not at night"]],
  idle: [["sudo install-quadlets idle", "now, and not with the timer"]],
  metrics: [["sudo install-quadlets metrics", "now, and not with the timer"]],
  history: [["sudo install-quadlets history"]],
  diff: [["sudo install-quadlets diff 3 5", "what run 5 rendered otherwise than run 3"]],
  rollback: [
    ["sudo install-quadlets rollback", "take the last run back"],
    ["sudo install-quadlets rollback 3", "every run after the third"],
  ],
  backup: [
    ["sudo install-quadlets backup", "every service that has data, into /var/lib/install-quadlets/backups"],
    ["sudo install-quadlets backup opik --to /mnt/nas", "one of them, to another place"],
    ["sudo install-quadlets backup --keep 7", "of each service the newest seven stay there"],
    ["sudo install-quadlets backup --encrypt-to age1...", "only who has the key of that recipient can read it"],
  ],
  restore: [
    ["sudo install-quadlets restore /var/lib/install-quadlets/backups/opik-2026-11-27T120000Z.backup.tar"],
    ["sudo install-quadlets restore opik-2026-11-27T120000Z.backup.tar --identity key.txt", "one that is encrypted"],
  ],
  backups: [["sudo install-quadlets backups"], ["sudo install-quadlets backups --verify", "read each to its end"]],
  secrets: [
    ["sudo install-quadlets secrets list", "which there are, and which only you can give"],
    ["sudo install-quadlets secrets set vllm-qwen/hf-token", "give one of those"],
  ],
  "secrets list": [["sudo install-quadlets secrets list"]],
  "secrets show": [["sudo install-quadlets secrets show vllm-qwen/api-key"]],
  "secrets rotate": [
    ["sudo install-quadlets secrets rotate vllm-qwen/api-key", "another value; who reads it restarts"],
    ["sudo install-quadlets secrets rotate vllm-qwen/api-key --dry-run", "who that would be"],
  ],
  "secrets set": [
    ["sudo install-quadlets secrets set vllm-qwen/hf-token", "asks for it, and shows nothing"],
    ["sudo install-quadlets secrets set vllm-qwen/hf-token <token.txt", "takes the one line of that file"],
  ],
  "secrets unset": [["sudo install-quadlets secrets unset vllm-qwen/hf-token"]],
  "secrets import": [
    ["install-quadlets secrets import --dry-run old/.env", "says what would become of each line"],
    ["sudo install-quadlets secrets import old/.env", "sets the secrets, one run each"],
  ],
  ports: [
    ["install-quadlets ports", "every port of this site"],
    ["install-quadlets ports 8000", "one, or what is redirected to it"],
    ["sudo install-quadlets ports", "with the programs of other users"],
  ],
  uninstall: [
    ["sudo install-quadlets uninstall --dry-run", "what would go"],
    ["sudo install-quadlets uninstall", "everything but data, users, images and the authority"],
    ["sudo install-quadlets uninstall --purge", "everything, with all data; asks for the host's name"],
  ],
  check: [
    ["install-quadlets check", "this site's configuration, its ports and generated files"],
    ["install-quadlets check stack.yaml", "a configuration of this program"],
    ["install-quadlets check providers.yaml model-mappings.yaml", "those in place of the site's, with its stack"],
    ["install-quadlets check web.container", "with its drop-ins; what lies beside it may be referred to"],
    ["install-quadlets check ~/.config/containers/systemd", "a folder, with the folders in it"],
    ["install-quadlets check --podman 5.8 --strict quadlets/", "as another podman would take it"],
  ],
  init: [
    ["sudo install-quadlets init", "look, ask at most five questions, write stack.yaml"],
    ["sudo install-quadlets init --yes", "what it proposes, without asking"],
    ["install-quadlets init --print", "only show what it would write; needs no root"],
    ["install-quadlets init --model Qwen/Qwen3-8B --services opik,gateway --to ./stack.yaml"],
  ],
  doctor: [
    ["install-quadlets doctor", "is this host fit for it? before the first run, for any user"],
    ["sudo install-quadlets doctor", "accounts, services and certificates, too"],
    ["sudo install-quadlets doctor network gpu", "these groups only"],
    ["sudo install-quadlets doctor services --images", "have registries newer images? asks them, and pulls nothing"],
    [
      "sudo install-quadlets doctor --bundle /root/doctor.txt",
      "what others need to help: lists what is in it, and writes it",
    ],
  ],
  fit: fitExamples("install-quadlets"),
  completion: [["source <(install-quadlets completion bash)"]],
  help: [
    ["install-quadlets help secrets set", "the same as secrets set --help"],
    ["install-quadlets help exit-codes", "what each exit code means"],
    ["install-quadlets help no-token", "what an error that ends with [no-token] means, and what to do"],
    ["install-quadlets help errors", "all kinds of errors"],
  ],
};
