/** The default site ejected: the files of the host, a script that a shell takes, and no value or program of ours. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { ejected } from "../../src/runs/eject.ts";
import { settledWorld } from "../plan/support.ts";
import { renderSite, siteSources } from "../render/support.ts";

const world = settledWorld(renderSite(siteSources("{ verify: daily, backup: { every: daily } }")));
const files = ejected({ desired: world.desired, facts: world.state });
const text = (path: string) => files.find((file) => file.path === path)?.content ?? "";

test("each file is what the host has at its path; what only this program needs is left out", () => {
  const paths = files.map(({ path }) => path);
  const left = world.desired.files.filter(({ path }) => !paths.includes(`root${path}`)).map(({ path }) => path);
  expect(left.sort()).toEqual([
    "/etc/systemd/system/install-quadlets-backup.service",
    "/etc/systemd/system/install-quadlets-backup.timer",
    "/etc/systemd/system/install-quadlets-renew.service",
    "/etc/systemd/system/install-quadlets-renew.timer",
    "/etc/systemd/system/install-quadlets-verify.service",
    "/etc/systemd/system/install-quadlets-verify.timer",
    "/var/lib/install-quadlets/index.json",
  ]);
  for (const { path, content, mode } of world.desired.files.filter((file) => file.role.kind === "user-unit"))
    expect(files).toContainEqual({ path: `root${path}`, content, mode });
  expect(files.filter(({ content }) => content.includes("@AUTHORITY_"))).toEqual([]);
});

test("the script is one for a shell, makes every account, directory and file, and asks for every secret before a start", () => {
  const script = text("setup.sh");
  execFileSync("sh", ["-n"], { input: script });
  const { accounts, directories, images, secrets, units } = world.desired;
  for (const { uid, user } of accounts)
    expect(script).toMatch(new RegExp(`^getent passwd ${user} .* useradd --system --uid ${uid} `, "m"));
  for (const { path } of directories) expect(script).toMatch(new RegExp(`^install -d .* ${path}$`, "m"));
  for (const { path } of files.filter((file) => file.path.startsWith("root/")))
    expect(script).toContain(` ${path} ${path.slice("root".length)}\n`);
  for (const { reference } of images) expect(script).toContain(reference);
  for (const { user, name } of secrets) expect(script).toContain(`missing="$missing ${user}/${name}"`);
  // What runs as an account comes after that, in a folder that it may enter.
  expect(script.indexOf("\ncd /\n")).toBeGreaterThan(script.lastIndexOf("\ninstall "));
  expect(script.indexOf("\ncd /\n")).toBeLessThan(script.indexOf("\nsetpriv "));
  const [, start = ""] = script.split('if [ -n "$missing" ]');
  expect(start).toMatch(/^ {2}exit 1$/m);
  for (const { unit } of units) expect(start).toContain(` ${unit}`);
  expect(script).toContain("systemctl enable --now -- install-quadlets-firewall.service");
  expect(script).not.toContain("renew");
});

test("the page names accounts, units and secrets", () => {
  const page = text("README.md");
  for (const { user, name } of world.desired.secrets) expect(page).toContain(`${user}: ${name} (`);
  for (const { unit } of world.desired.units) expect(page).toContain(unit);
  expect(page.match(/^ {6}\S+: \S+ \(.*$/gm)).toHaveLength(world.desired.secrets.length);
  expect(page).toContain(
    "-cf certificates.tar var/lib/install-quadlets/ca var/lib/nginx-proxy/tls var/lib/nginx-proxy/www/ca.crt\n",
  );
});
