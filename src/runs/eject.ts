/** The present stack as plain files: what lies on the host, a script that puts it on another one, and what to know without us. */
import { addGroup, addSubids, addUser, asUser, enableLinger } from "../commands/accounts.ts";
import { pullImage } from "../commands/podman.ts";
import { controlUnits, enableNow, managerUnit, reloadManager } from "../commands/systemd.ts";
import type { Command } from "../model/command.ts";
import { fillAuthority } from "../model/fill-authority.ts";
import { INDEX_PATH } from "../model/index-file.ts";
import { printCommand } from "../model/print-command.ts";
import type { DesiredFile, DesiredSecret } from "../model/resource.ts";
import type { Prepared } from "./prepare.ts";

/** Values of secrets are in none of them. */
export interface Ejected {
  /** Path below the folder. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

type Given = Pick<Prepared, "desired" | "facts">;

export function ejected({ desired, facts }: Given): readonly Ejected[] {
  const trust = facts.certificate?.trust;
  const gone = new Set(
    desired.files.filter(callsUs).flatMap(({ path }) => [path, path.replace(/\.service$/, ".timer")]),
  );
  const files = desired.files
    .filter(({ path }) => !gone.has(path) && path !== INDEX_PATH && !path.startsWith("/usr/local/"))
    .map((file) => ({ ...file, content: trust === undefined ? file.content : fillAuthority(file.content, trust) }));
  const stays = desired.systemUnits.map(({ unit }) => unit).filter((unit) => !gone.has(`/etc/systemd/system/${unit}`));
  return [
    { path: "README.md", content: readme(desired), mode: 0o644 },
    { path: "setup.sh", content: script(desired, files, stays), mode: 0o755 },
    ...files.map(({ path, content, mode }) => ({ path: `root${path}`, content, mode })),
  ];
}

/** Timers that start this program go with it. */
function callsUs({ role, content }: DesiredFile): boolean {
  return role.kind === "system-unit" && /^ExecStart=\S*\/install-quadlets(\s|$)/m.test(content);
}

function script(desired: Given["desired"], files: readonly DesiredFile[], systemUnits: readonly string[]): string {
  const line = (command: Command) => printCommand({ argv: command.argv });
  const accounts = desired.accounts.flatMap((account) => [
    `getent group ${account.user} >/dev/null || ${line(addGroup(account.user, account.gid))}`,
    `getent passwd ${account.user} >/dev/null || ${line(addUser(account, account.service))}`,
    `grep -q '^${account.user}:' /etc/subuid || ${line(addSubids(account.user, { uids: account.subuid, gids: account.subgid }))}`,
  ]);
  const directories = desired.directories
    .filter(({ path }) => !path.startsWith("/usr/local/"))
    .map(({ path, owner, mode }) => printCommand({ argv: ["install", "-d", ...owned(owner, mode), path] }));
  const copies = files.map(({ path, owner, mode }) =>
    printCommand({ argv: ["install", ...owned(owner, mode), `root${path}`, path] }),
  );
  const perAccount = desired.accounts.flatMap((account) => {
    const images = desired.images.filter(({ user }) => user === account.user);
    const as = (command: Command) => line(asUser(account, command));
    const secrets = desired.secrets.filter(({ user }) => user === account.user).map(({ name }) => name);
    return [
      "",
      `# ${account.service}`,
      line(enableLinger(account.user)),
      `systemctl start ${managerUnit(account.uid)}`,
      ...secrets.map(
        (name) => `${as({ argv: ["podman", "secret", "exists", name] })} || missing="$missing ${account.user}/${name}"`,
      ),
      ...images.map(({ reference }) => as(pullImage(reference))),
      as(reloadManager("user")),
    ];
  });
  const starts = desired.accounts.flatMap((account) => {
    const units = desired.units.filter(({ user }) => user === account.user).map(({ unit }) => unit);
    if (units.length === 0) return [];
    return [line(asUser(account, controlUnits("user", "start", units, { noBlock: true })))];
  });
  return `${[
    "#!/bin/sh",
    "# Puts this stack on a host without install-quadlets: as root, after a look at it. It may be run again.",
    "set -eu",
    'cd "$(dirname "$0")"',
    'missing=""',
    "",
    "# accounts",
    ...accounts,
    "",
    "# directories and files",
    ...directories,
    ...copies,
    "# the folder of this script is root's: podman wants one that its account may enter",
    "cd /",
    "systemctl daemon-reload",
    ...systemUnits.map((unit) => line(enableNow(unit))),
    ...perAccount,
    "",
    'if [ -n "$missing" ]; then',
    '  echo "secrets that are not there yet (README.md says how to set them):$missing" >&2',
    "  exit 1",
    "fi",
    ...starts,
  ].join("\n")}\n`;
}

function owned(owner: { readonly uid: number; readonly gid: number }, mode: number): readonly string[] {
  return ["-o", String(owner.uid), "-g", String(owner.gid), "-m", mode.toString(8).padStart(4, "0")];
}

function readme({ accounts, units, secrets, certificate }: Given["desired"]): string {
  const rows = accounts.map(({ service, user, uid, home }) => {
    const own = units.filter((unit) => unit.user === user).map(({ unit }) => unit);
    return `| ${service} | ${user} (${uid}) | ${home} | /etc/containers/systemd/users/${uid} | ${own.join(", ")} |`;
  });
  const [first] = accounts;
  const example = first === undefined ? "USER" : first.user;
  return `${[
    "# This stack without install-quadlets",
    "",
    "What lies below `root/` is what the host has at the same paths, to the byte. `setup.sh` makes accounts, directories and files on",
    "another host, pulls images and starts the units; as root, after a look at it. On the host that this comes from, nothing has to be done:",
    "units, accounts and linger stay when the program is deleted. Do not run `install-quadlets uninstall` then.",
    "",
    "| service | account | home | quadlets | units |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `After a change of a quadlet: \`systemctl --user -M ${example}@ daemon-reload\`, then \`systemctl --user -M ${example}@ restart UNIT\`;`,
    `logs: \`journalctl _SYSTEMD_USER_UNIT=UNIT\`. Commands of podman: \`cd /; sudo -u ${example} XDG_RUNTIME_DIR=/run/user/$(id -u ${example}) podman ps\`.`,
    "",
    "## What is not here",
    "",
    "- Data. They lie in the homes.",
    ...(certificate === undefined
      ? []
      : [
          "- The authority, its key and the certificate. Nobody renews it any more. Another host takes them with their owners, before `setup.sh`:",
          "",
          `      ${printCommand({ argv: ["tar", "--numeric-owner", "-C", "/", "-cf", "certificates.tar", ...pathsOf(certificate)] })}`,
          "      tar --numeric-owner -C / -xpf certificates.tar    # there",
          "",
        ]),
    "- Timers of the program: renewal, verify, backups, numbers for Prometheus, sleep of what is not used.",
    "- Values of secrets. Each is one of podman, in the store of its account:",
    "",
    ...secrets.map((secret) => `      ${secret.user}: ${secret.name} (${howMade(secret)})`),
    "",
    "  To set one, as root; it is typed, and ends with Ctrl-D twice:",
    "",
    `      cd /; sudo -u ${example} XDG_RUNTIME_DIR=/run/user/$(id -u ${example}) podman secret create NAME -`,
  ].join("\n")}\n`;
}

function pathsOf(certificate: NonNullable<Given["desired"]["certificate"]>): readonly string[] {
  const { authorityKey, leafKey, publishedCertificate } = certificate;
  const folders = [authorityKey, leafKey].map((path) => path.slice(0, path.lastIndexOf("/")));
  return [...new Set([...folders, publishedCertificate])].map((path) => path.slice(1));
}

function howMade({ source }: DesiredSecret): string {
  switch (source.kind) {
    case "generated":
      return `${source.prefix === "" ? "" : `${source.prefix} and `}${source.length} random characters, ${source.alphabet}`;
    case "supplied":
      return "only the site has it";
    case "copy":
      return `the same as ${source.name} of ${source.user}`;
    case "composed":
      return JSON.stringify(source.parts.map((part) => (part.kind === "text" ? part.text : `<${part.name}>`)).join(""));
  }
}
