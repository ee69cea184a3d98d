/** What to type after a command that went well: the last line of each that changes the host or makes a file. */
import { printCommand } from "./print-command.ts";
import { visible } from "./visible.ts";

/** By command; without its program for those of install-quadlets. */
const SENTENCES = {
  init: (...command) => `${typed("sudo", ...command)} shows what it would do, asks, and does it`,
  "init --print": () => "install-quadlets init without --print writes it",
  "plan --out": (file) => `${typed("sudo", "install-quadlets", "apply", file)} carries out that plan and no other`,
  render: (...config) =>
    `${typed("sudo", "install-quadlets", ...config, "--dry-run")} shows what of that this host lacks`,
  eject: (file) => typed("less", file),
  "adopt --print": () => "the same without --print writes it",
  adopt: (name, file) => `add "${name}: {}" below services: in ${file}; then sudo install-quadlets --dry-run`,
  "ca rotate": () =>
    "sudo install-quadlets ca rotate --finish, once the client script ran again on every client, with both fingerprints",
  "ca rotate --finish": () => "sudo svc client says how clients that never saw the new authority are set up",
  rollback: () => "sudo install-quadlets --dry-run shows what the present configuration would change again",
  backup: () => "sudo install-quadlets backups lists them; restore FILE puts one back",
  restore: (service) => `sudo svc status ${service} looks closer`,
  "restore of what was down": (service) => `sudo svc start ${service}`,
  "secrets import": (file) => `${typed("shred", "--remove", file)} once all is well: it still holds the values`,
  uninstall: () => "sudo npx install-quadlets installs again, with the data that stays",
  "doctor --bundle": (file) => `${typed("less", file)} before it is sent to anybody`,
  update: () => "sudo install-quadlets rollback goes back to the images of before; data stay as they are now",
  "svc pull": (name) => `sudo svc update ${name} runs it, on a copy of its data to go back to`,
  "svc pull of what was gone": (name) => `sudo svc restart ${name} makes it run what is there now`,
  "vllm-manage models pull": (service, model) => typed("sudo", "vllm-manage", "reconfigure", service, `model=${model}`),
  "vllm-manage key rotate": (service) => `sudo vllm-manage key show ${service} --reveal prints its value`,
  "vllm-manage reconfigure": (service) => `sudo vllm-manage bench ${service}`,
  "gateway-manage key create": (name) => `sudo gateway-manage key show ${name} --reveal prints its value`,
  "gateway-manage key rotate": (name) => `sudo gateway-manage key show ${name} --reveal prints its value`,
  "gateway-manage models suggest": () => "sudo install-quadlets shows what it would do, asks, and does it",
  "gateway-manage cache flush": () => "sudo gateway-manage cache watch shows it fill again",
  "gateway-manage key revoke": () => "sudo install-quadlets takes its value off this host",
} satisfies Readonly<Record<string, (...words: string[]) => string>>;

type Ending = keyof typeof SENTENCES;

export function next<Key extends Ending>(ending: Key, ...words: Parameters<(typeof SENTENCES)[Key]>): string {
  const sentence: (...words: string[]) => string = SENTENCES[ending];
  return visible(`next: ${sentence(...words)}`);
}

function typed(...argv: readonly [string, ...string[]]): string {
  return printCommand({ argv });
}
