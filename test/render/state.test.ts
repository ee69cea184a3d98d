/** What holds for every desired state, shown on the default site and on small ones. */
import { dirname } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveStack } from "../../src/config/resolve.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { INDEX_PATH } from "../../src/model/index-file.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import type { Stack } from "../../src/model/service.ts";
import { callsOf, type Site, startOrder, upstreamPorts } from "../../src/render/site.ts";
import { fuzz } from "../support/fuzz.ts";
import { renderSite, siteSources } from "./support.ts";

const state = renderSite();
const stack = resolveStack(siteSources());

describe("the default site", () => {
  const things = [...state.directories, ...state.files];

  test("every file and directory has a path of its own, a mode that nobody else may write, and an owner", () => {
    for (const { path, mode, owner } of things) {
      expect(path).toMatch(/^(\/[A-Za-z0-9@._-]+)+$/);
      expect(path.split("/")).not.toContain("..");
      expect(mode & 0o022, `${path} is writable by others`).toBe(0);
      expect(mode).toBeGreaterThanOrEqual(0o600);
      expect(Number.isInteger(owner.uid) && Number.isInteger(owner.gid), path).toBe(true);
    }
    const paths = things.map((thing) => thing.path);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  });

  test("every directory comes after the one above it, and every file lies in one", () => {
    const given = ["/etc", "/var/lib", "/etc/systemd/system", "/usr/local", "/usr/local/bin"];
    const made: string[] = [...given];
    for (const { path } of state.directories) {
      expect(made, `the directory above ${path}`).toContain(dirname(path));
      made.push(path);
    }
    for (const { path } of state.files) expect(made, `the directory of ${path}`).toContain(dirname(path));
  });

  test("every mounted path is a directory or a file that is made", () => {
    const paths: readonly string[] = things.map((thing) => thing.path);
    const mounts = stack.services.flatMap((service) => service.containers.flatMap((container) => container.mounts));
    expect(mounts.length).toBeGreaterThan(10);
    for (const { source } of mounts) expect(paths).toContain(source);
  });

  test("what a unit reads is root's or its own user's: units, drop-ins and state belong to root", () => {
    for (const { path, owner } of state.files) {
      if (/^\/(etc|usr|var\/lib\/install-quadlets)\//.test(path)) expect(owner, path).toEqual({ uid: 0, gid: 0 });
      else expect(owner.uid, path).toBeGreaterThan(0);
    }
  });

  test("units name secrets and accounts that are made, and every fingerprint is its own", () => {
    for (const unit of state.units) {
      const own = state.secrets.filter((secret) => secret.user === unit.user).map((secret) => secret.name);
      expect(own).toEqual(expect.arrayContaining([...unit.secrets]));
      expect(state.accounts.map((account) => account.user)).toContain(unit.user);
    }
    expect(new Set(state.units.map((unit) => unit.fingerprint)).size).toBe(state.units.length);
  });

  test("a secret comes after those that it is made from", () => {
    const names = state.secrets.map((secret) => `${secret.user}/${secret.name}`);
    for (const [index, { user, source }] of state.secrets.entries()) {
      const needed =
        source.kind === "composed"
          ? source.parts.flatMap((p) => (p.kind === "secret" ? [`${user}/${p.name}`] : []))
          : [];
      for (const name of needed) expect(names.slice(0, index)).toContain(name);
      if (source.kind === "copy") expect(names).toContain(`${source.user}/${source.name}`);
    }
  });

  test("the same stack gives the same bytes", () => {
    expect(renderSite()).toEqual(state);
  });

  test("the index knows every unit, and no secret", () => {
    const file = state.files.find((candidate) => candidate.path === INDEX_PATH);
    expect(file?.mode).toBe(0o600);
    const index = JSON.parse(file?.content ?? "{}");
    expect(index).toMatchObject({ version: 2, domain: "liminati.internal", address: "100.64.0.1" });
    const units = index.services.flatMap((service: { units: { unit: string }[] }) => service.units.map((u) => u.unit));
    expect(units.toSorted()).toEqual(state.units.map((unit) => unit.unit as string).toSorted());
    const opik = index.services.find((service: { name: string }) => service.name === "opik");
    expect(opik.urls).toEqual([
      "https://opik.liminati.internal",
      "http://127.0.0.1:5173",
      "http://100.64.0.1:5173",
      "http://127.0.0.1:8080",
      "http://100.64.0.1:9090",
    ]);
    expect(opik.units[0]).toMatchObject({ name: "opik-pod", kind: "pod" });
  });

  test.each([
    "user@800.service.d/50-install-quadlets.conf",
    "user@802.service.d/50-install-quadlets.conf",
    "firewall.nft",
  ])("host file %s", async (name) => {
    const file = state.files.find((candidate) => candidate.path.endsWith(`/${name}`));
    await expect(file?.content).toMatchFileSnapshot(`golden/${name.replaceAll("/", "-")}.txt`);
  });
});

test("the commands are files that node reads, and load the copy that was installed", () => {
  const tool = { source: "/opt/x", build: "1-abc", node: "/opt/node/bin/node", pages: [] } as unknown as NonNullable<
    Site["tool"]
  >;
  const [whole, small] = renderSite(siteSources(), { tool }).files;
  const marker = "// Generated by install-quadlets; changes here are lost at the next run.";
  const from = "/usr/local/lib/install-quadlets/1-abc/dist/bin";
  expect(whole).toMatchObject({ path: "/usr/local/bin/install-quadlets", mode: 0o755 });
  expect(whole?.content).toBe(`#!/opt/node/bin/node\n${marker}\nrequire("${from}/install-quadlets.cjs");\n`);
  expect(small?.content).toBe(`#!/opt/node/bin/node\n${marker}\nrequire("${from}/svc.cjs");\n`);
});

describe("completion in the shells that are here", () => {
  const tool = { source: "/opt/x", build: "1-abc", node: "/opt/node/bin/node", pages: [] } as unknown as NonNullable<
    Site["tool"]
  >;
  const { files, directories } = renderSite(siteSources(), { tool });
  const comforts = files.filter(({ optional }) => optional);
  const textOf = (path: string) => comforts.find((file) => file.path === `/usr/local/share/${path}`)?.content ?? "";

  test("of each command, in directories that others use as well", () => {
    expect(comforts.map(({ path }) => path.split("/").at(-1))).toEqual(
      ["", "_", ".fish"].flatMap((mark) =>
        ["install-quadlets", "svc", "vllm-manage", "opik-manage", "gateway-manage"].map((name) =>
          mark === "_" ? `_${name}` : `${name}${mark}`,
        ),
      ),
    );
    const shared = directories.filter(({ shared }) => shared).map(({ path }) => path);
    for (const { path } of comforts) expect(shared).toContain(dirname(path));
  });

  test("what each asks the command for", () => {
    expect(textOf("bash-completion/completions/svc")).toMatch(/^# Generated.*\nsource <\(svc completion bash\)\n$/);
    expect(textOf("zsh/site-functions/_vllm-manage")).toMatch(
      /^#compdef vllm-manage\n# Generated.*\n# .*\nsource <\(vllm-manage completion zsh\)\n_vllm_manage "\$@"\n$/,
    );
    expect(textOf("fish/vendor_completions.d/svc.fish")).toMatch(/^# Generated.*\nsvc completion fish \| source\n$/);
  });
});

test.each(["/usr/local/share/man", "/usr/local/man"])("manual pages lie in %s, which stays whose it is", (manRoot) => {
  const pages = [{ name: "svc.1", text: ".TH SVC 1\n" }];
  const tool = { source: "/opt/x", build: "1-abc", node: "/usr/bin/node", pages } as unknown as NonNullable<
    Site["tool"]
  >;
  const { files, directories } = renderSite(siteSources(), { tool, manRoot: manRoot as Site["manRoot"] });
  expect(files.filter(({ path }) => path.endsWith(".1"))).toMatchObject([
    {
      path: `${manRoot}/man1/svc.1`,
      content: '.\\" Generated by install-quadlets; changes here are lost at the next run.\n.TH SVC 1\n',
      mode: 0o644,
      optional: true,
    },
  ]);
  const theirs = directories.filter(({ path }) => path.startsWith(manRoot));
  expect(theirs.map(({ path, shared }) => [path, shared])).toEqual(
    [manRoot, `${manRoot}/man1`].map((path) => [path, true]),
  );
});

test.each([
  ["hourly", "10min"],
  ["weekly", "6h"],
])("a host that is looked at %s is looked at within %s of it", (verify, delay) => {
  const { files, systemUnits } = renderSite(siteSources(`verify: ${verify}`));
  const timer = files.find((file) => file.path === "/etc/systemd/system/install-quadlets-verify.timer");
  expect(timer?.content).toContain(`\nOnCalendar=${verify}\nRandomizedDelaySec=${delay}\nPersistent=true\n`);
  expect(systemUnits.map(({ unit }) => unit as string)).toContain("install-quadlets-verify.timer");
});

test("the timer for backups hands on what the site says", () => {
  const unit = (stack: string) =>
    renderSite(siteSources(stack)).files.find(({ path }) => path.endsWith("/install-quadlets-backup.service"))?.content;
  expect(unit("{}")).toBeUndefined();
  expect(unit("backup: { every: daily }")).toContain("\nExecStart=/usr/local/bin/install-quadlets backup --keep 7\n");
  const recipient = `age1${"q".repeat(58)}`;
  expect(unit(`backup: { every: weekly, keep: 3, to: /mnt/nas, encrypt_to: [${recipient}] }`)).toContain(
    `\nExecStart=/usr/local/bin/install-quadlets backup --keep 3 --to /mnt/nas --encrypt-to ${recipient}\n`,
  );
});

describe("who calls whom", () => {
  type Ports = Readonly<Record<string, readonly string[]>>;
  /** name -> who consumes it; the proxy routes to all of `routed`. */
  function calls(services: Ports, routed: readonly string[] = [], proxy?: string): Stack {
    const list = Object.entries(services).map(([name, consumers], index) => ({
      name,
      terminatesTls: name === proxy ? {} : undefined,
      routes: routed.includes(name) ? [{ host: name, port: "web" }] : [],
      ports: [
        { name: "web", host: 8000 + index, consumers },
        { name: "other", host: 9000 + index, consumers: [] },
      ],
    }));
    return { services: list } as unknown as Stack;
  }
  const order = (given: Stack) => startOrder(given, callsOf(given)).map((service) => service.name as string);

  test.each<[string, Stack, readonly string[]]>([
    ["nobody: as written", calls({ a: [], b: [] }), ["a", "b"]],
    ["a callee comes first", calls({ a: [], b: ["a"] }), ["b", "a"]],
    ["through several", calls({ a: [], b: ["a"], c: ["b"] }), ["c", "b", "a"]],
    ["the proxy after all that it forwards to", calls({ p: [], a: [], b: [] }, ["a", "b"], "p"), ["a", "b", "p"]],
    ["a circle: each once", calls({ a: ["b"], b: ["a"], c: [] }), ["b", "a", "c"]],
    ["itself", calls({ a: ["a"] }), ["a"]],
  ])("%s", (_, given, names) => {
    expect(order(given)).toEqual(names);
  });

  test("a service reaches the ports that it consumes, the proxy those that it routes to, nobody its own", () => {
    const given = calls({ p: [], a: ["b", "a"], b: [] }, ["a", "b"], "p");
    const ports = given.services.map((service) => upstreamPorts(callsOf(given).get(service.name) ?? []));
    expect(ports).toEqual([[8001, 8002], [], [8001]]);
  });
});

describe("hostile settings", () => {
  /** Every unit file as its section headers and keys, without values. */
  function shape(desired: DesiredState): readonly string[] {
    const units = desired.files.filter(
      (file) => file.role.kind === "user-unit" || file.role.kind === "manager-drop-in",
    );
    return units.flatMap(({ path, content }) => [
      path,
      ...content.split("\n").map((l) => /^(\[.*|[A-Za-z]+)/.exec(l)?.[0] ?? ""),
    ]);
  }

  function site(text: string): DesiredState | undefined {
    const settings = (value: object) => ({ settings: value });
    const given = {
      services: { "open-webui": settings({ name: text }), "vllm-qwen": settings({ model: text, extra_args: [text] }) },
    };
    try {
      return renderSite(siteSources(JSON.stringify(given)));
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  const plain = shape(site("plain") as DesiredState);
  const nasty = fc.array(
    fc.constantFrom(
      "\n",
      "\r",
      "\r\n",
      "\\",
      '"',
      "'",
      "%",
      "%h",
      "$",
      "{HOME}",
      "[Service]",
      "\nExecStart=/x",
      " ",
      ";",
      "#",
      "\t",
      "a",
      "é",
      "\u2028",
      "{{x}}",
    ),
    { minLength: 1, maxLength: 8 },
  );

  test("a value is refused, or changes no line and no section of any unit", () => {
    let rendered = 0;
    fc.assert(
      fc.property(nasty, (parts) => {
        const desired = site(parts.join(""));
        if (desired === undefined) return;
        rendered += 1;
        // A value may need variables of its own: podman's environment, and one for each line break.
        const extra = /^(Environment|PodmanArgs)$/;
        expect(shape(desired).filter((l) => !extra.test(l))).toEqual(plain.filter((l) => !extra.test(l)));
      }),
      // A whole site each.
      fuzz(25, 20),
    );
    expect(rendered).toBeGreaterThan(5);
  });
});

test("where sudo passes over /usr/local/bin, each command is in a directory of its path as well", () => {
  const tool = { source: "/opt/x", build: "1-abc", node: "/usr/bin/node", pages: [] } as unknown as NonNullable<
    Site["tool"]
  >;
  const at = (sudoDirectory: string | undefined) =>
    renderSite(siteSources(), { tool, sudoDirectory: sudoDirectory as Site["sudoDirectory"] }).files;
  const named = (files: ReturnType<typeof at>, directory: string) =>
    files.filter(({ path }) => path.startsWith(`${directory}/`));
  const [ours, theirs] = [named(at("/usr/sbin"), "/usr/local/bin"), named(at("/usr/sbin"), "/usr/sbin")];
  expect(theirs.map(({ path }) => path.slice("/usr/sbin/".length))).toEqual(
    ours.map(({ path }) => path.slice("/usr/local/bin/".length)),
  );
  expect(theirs.map(({ content, mode }) => ({ content, mode }))).toEqual(
    ours.map(({ content, mode }) => ({ content, mode })),
  );
  expect(theirs.length).toBeGreaterThan(4);
  expect(theirs.every(({ optional }) => optional === true)).toBe(true);
  expect(named(at(undefined), "/usr/sbin")).toEqual([]);
});
