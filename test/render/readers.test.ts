/** What lets readers look: one program, which nothing of the caller's reaches, and one rule that names it. */
import { expect, test } from "vitest";
import type { Site } from "../../src/render/site.ts";
import { renderSite, siteSources } from "./support.ts";

const tool = { source: "/opt/x", build: "1-abc", node: "/opt/node/bin/node", pages: [] } as unknown as Site["tool"];
const render = (changes: Partial<Site>) => renderSite(siteSources(), { tool, ...changes });

test("the rule and the program", () => {
  const { files, directories } = render({ readers: { group: "adm", gid: 4 } });
  const find = (path: string) => files.find((file) => file.path === path) ?? expect.fail(path);
  const rule = find("/etc/sudoers.d/install-quadlets");
  expect(rule).toMatchObject({ mode: 0o440, owner: { uid: 0, gid: 0 }, role: { kind: "sudoers" } });
  const lines = rule.content.split("\n").filter((line) => line !== "" && !line.startsWith("# "));
  expect(lines).toEqual(["%adm ALL=(root) NOPASSWD: NOSETENV: /usr/local/lib/install-quadlets/reader"]);
  const program = find("/usr/local/lib/install-quadlets/reader");
  expect(program).toMatchObject({ mode: 0o755, owner: { uid: 0, gid: 4 } });
  const [first] = program.content.split("\n");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: env fills it in
  expect(first).toBe("#!/usr/bin/env -S -i LANG=C.UTF-8 TERM=${TERM} /opt/node/bin/node");
  expect(program.content).toContain('require("/usr/local/lib/install-quadlets/1-abc/dist/bin/reader.cjs");');
  expect(directories).toContainEqual(expect.objectContaining({ path: "/etc/sudoers.d", shared: true }));
});

test.each<[string, Partial<Site>]>([
  ["without the setting", {}],
  ["where this program is not installed", { readers: { group: "adm", gid: 4 }, tool: undefined }],
])("nothing of it %s", (_, changes) => {
  const { files, directories } = render(changes);
  const paths = [...files, ...directories].map(({ path }) => path as string);
  expect(paths.filter((path) => /sudoers|reader$/.test(path))).toEqual([]);
});

test.each(["a b", "adm\nada ALL=(ALL) NOPASSWD: ALL", "%x", "a,b", ""])("no group is named %j", (group) => {
  expect(() => render({ readers: { group, gid: 4 } })).toThrow();
});
