/** Every command as the line that a person would type. */
import { describe, expect, test } from "vitest";
import * as accounts from "../../src/commands/accounts.ts";
import * as data from "../../src/commands/data.ts";
import * as journal from "../../src/commands/journal.ts";
import * as nft from "../../src/commands/nft.ts";
import * as podman from "../../src/commands/podman.ts";
import * as systemd from "../../src/commands/systemd.ts";
import { tailscaleCertificate, tailscaleServeStatus, tailscaleStatus } from "../../src/commands/tailscale.ts";
import type { Command } from "../../src/model/command.ts";
import type { AccountFact } from "../../src/model/facts.ts";
import type { AbsolutePath, UserName } from "../../src/model/names.ts";
import { printCommand } from "../../src/model/print-command.ts";

const vllm: AccountFact = { user: "vllm-user" as UserName, uid: 931, gid: 932, home: "/var/lib/vllm" as AbsolutePath };
const range = { start: 200000, count: 65536 };
const PROPERTIES =
  "Id,LoadState,ActiveState,SubState,Result,NeedDaemonReload,ActiveEnterTimestamp,ActiveEnterTimestampMonotonic,InactiveExitTimestampMonotonic,TimeoutStartUSec,TimeoutStopUSec,NRestarts,MainPID,Job";

const lines: readonly (readonly [Command, string])[] = [
  [accounts.addGroup("vllm-user", 932), "groupadd --system --gid 932 vllm-user"],
  [
    accounts.addUser(vllm, "vLLM: it's fast"),
    "useradd --system --uid 931 --gid 932 --home-dir /var/lib/vllm --no-create-home --shell /usr/sbin/nologin --comment 'vLLM  it'\\''s fast' vllm-user",
  ],
  [
    accounts.addSubids("vllm-user", { uids: range, gids: range }),
    "usermod --add-subuids 200000-265535 --add-subgids 200000-265535 vllm-user",
  ],
  [accounts.addSubids("vllm-user", { gids: range }), "usermod --add-subgids 200000-265535 vllm-user"],
  [accounts.removeSubids("vllm-user", { uids: range }), "usermod --del-subuids 200000-265535 vllm-user"],
  [accounts.enableLinger("vllm-user"), "loginctl enable-linger vllm-user"],
  [accounts.disableLinger("vllm-user"), "loginctl disable-linger vllm-user"],
  [accounts.removeUser("vllm-user"), "userdel vllm-user"],
  [accounts.removeGroup("vllm-user"), "groupdel vllm-user"],
  [accounts.listDatabase("passwd"), "getent passwd"],
  [
    data.packTree("/var/lib/opik/clickhouse/data", { running: false }),
    "podman unshare tar --create --format=posix --sparse --numeric-owner --xattrs '--xattrs-include=user.*' --directory=/var/lib/opik/clickhouse --file=- -- data",
  ],
  [
    data.packTree("/var/lib/x/notes", { running: true }),
    "podman unshare tar --create --format=posix --sparse --numeric-owner --xattrs '--xattrs-include=user.*' --ignore-failed-read --warning=no-file-changed --directory=/var/lib/x --file=- -- notes",
  ],
  [
    data.unpackTree("/var/lib/opik/clickhouse/data"),
    "podman unshare tar --extract --same-owner --preserve-permissions --numeric-owner --xattrs '--xattrs-include=user.*' --directory=/var/lib/opik/clickhouse --file=- -- data",
  ],
  [data.moveData("/a/x", "/a/.x"), "podman unshare mv --no-target-directory -- /a/x /a/.x"],
  [data.removeData("/a/x"), "podman unshare rm -rf -- /a/x"],
  [data.sizeOfData(["/a/x", "/a/y"]), "podman unshare du --summarize --block-size=1 -- /a/x /a/y"],
  [data.encrypt(["age1a", "age1b"]), "age --encrypt --recipient age1a --recipient age1b"],
  [data.decrypt("/root/key.txt"), "age --decrypt --identity /root/key.txt"],
  [systemd.reloadManager("system"), "systemctl daemon-reload"],
  [systemd.reloadManager("user"), "systemctl --user daemon-reload"],
  [systemd.controlUnits("system", "start", [systemd.managerUnit(931)]), "systemctl start -- user@931.service"],
  [
    systemd.controlUnits("user", "restart", ["a.service", "b.service"], { noBlock: true }),
    "systemctl --user restart --no-block -- a.service b.service",
  ],
  [systemd.enableNow("x.service"), "systemctl enable --now -- x.service"],
  [systemd.disableNow("x.service"), "systemctl disable --now -- x.service"],
  [systemd.showUnits("user", ["a.service"]), `systemctl --user show --property=${PROPERTIES} -- a.service`],
  [systemd.systemdVersion(), "systemctl --version"],
  [podman.podmanVersion(), "podman --version"],
  [podman.pullImage("docker.io/a/b:1"), "podman pull -- docker.io/a/b:1"],
  [
    podman.listImages(),
    "podman images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}\n{{.Repository}}@{{.Digest}} {{.ID}}'",
  ],
  [podman.tagImage("1d", "docker.io/a/b:1"), "podman tag -- 1d docker.io/a/b:1"],
  [podman.listContainerImages(), "podman ps --all --no-trunc --format '{{.Names}} {{.ImageID}}'"],
  [podman.createSecret("key", "topsecret"), "podman secret create --replace -- key /proc/self/fd/0"],
  [podman.revealSecret("key"), "podman secret inspect --showsecret -- key"],
  [podman.listSecrets(), "podman secret ls --format '{{.Name}}'"],
  [podman.removeSecret("key"), "podman secret rm --ignore -- key"],
  [podman.execInContainer("mysql", ["sh", "-c", "echo $A"]), "podman exec mysql sh -c 'echo $A'"],
  [podman.execAttached("mysql", ["sh"], { terminal: true }), "podman exec --interactive --tty mysql sh"],
  [podman.execAttached("mysql", ["sh"], { terminal: false }), "podman exec --interactive mysql sh"],
  [podman.execInContainer("mysql", ["mysql"], { stdin: "select 1" }), "podman exec --interactive mysql mysql"],
  [podman.checkHealth("mysql"), "podman healthcheck run mysql"],
  [podman.migrate(), "podman system migrate"],
  [
    podman.generatorDryRun("/run/staging"),
    "QUADLET_UNIT_DIRS=/run/staging /usr/lib/systemd/user-generators/podman-user-generator --user --dryrun",
  ],
  [nft.listTable("inet", "quadlets"), "nft list table inet quadlets"],
  [tailscaleServeStatus(), "tailscale serve status --json"],
  [tailscaleStatus(), "tailscale status --json --peers=false"],
  [tailscaleCertificate("a.b.ts.net"), "tailscale cert --cert-file=- --key-file=- a.b.ts.net"],
  [tailscaleCertificate("a.b.ts.net", 720), "tailscale cert --cert-file=- --key-file=- --min-validity=720h a.b.ts.net"],
  [
    journal.userUnitLogs(931, ["a.service", "b.service"], { lines: 50, since: "1 hour ago" }),
    "journalctl --no-pager --quiet --output=short-iso --lines=50 '--since=1 hour ago' _SYSTEMD_USER_UNIT=a.service _SYSTEMD_USER_UNIT=b.service _UID=931 + USER_UNIT=a.service USER_UNIT=b.service _UID=931",
  ],
  [
    journal.userUnitLogs(931, ["a.service"], { follow: true, output: "cat" }),
    "journalctl --no-pager --quiet --output=cat --follow --no-tail _SYSTEMD_USER_UNIT=a.service _UID=931 + USER_UNIT=a.service _UID=931",
  ],
];

test.each(lines.map(([command, line]) => ({ command, line })))("$line", ({ command, line }) => {
  expect(printCommand(command)).toBe(line);
});

test("only a followed journal, a container's own command and what is piped may take for ever", () => {
  const endless = lines.filter(([command]) => command.timeoutMs === undefined).map(([, line]) => line);
  expect(endless.every((line) => /^(podman exec|podman unshare tar|age) |--follow/.test(line))).toBe(true);
});

test("what prints a secret says so, also as a service user: no error quotes it", () => {
  const secret = (command: Command) => command.secretOutput;
  expect(secret(tailscaleCertificate("a.b.ts.net"))).toBe(true);
  expect(secret(podman.revealSecret("key"))).toBe(true);
  expect(secret(accounts.asUser(vllm, podman.revealSecret("key")))).toBe(true);
});

describe("as a service user", () => {
  const wrapped = accounts.asUser(vllm, { ...podman.createSecret("key", "topsecret"), env: { A: "b c" } });

  test("a clean environment, the user's runtime directory and bus, no shell", () => {
    expect(printCommand(wrapped)).toBe(
      "setpriv --reuid 931 --regid 932 --init-groups -- env -i HOME=/var/lib/vllm USER=vllm-user LANG=C.UTF-8 " +
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin XDG_RUNTIME_DIR=/run/user/931 " +
        "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/931/bus 'A=b c' podman secret create --replace -- key /proc/self/fd/0",
    );
  });

  test("starts in the home, keeps input and deadline", () => {
    expect(wrapped).toMatchObject({ stdin: "topsecret", timeoutMs: 60_000 });
    expect(wrapped.env).toBeUndefined();
    expect(accounts.asUser(vllm, { argv: ["true"], cwd: "/" }).cwd).toBe("/");
  });

  test("standard input is not printed", () => {
    expect(printCommand(wrapped)).not.toContain("topsecret");
  });
});
