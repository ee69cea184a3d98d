/** Another value for a secret: who may have one, and that it is a run of its own. */
import { describe, expect, test } from "vitest";
import { resolveStack } from "../../src/config/resolve.ts";
import { type UserError, userError } from "../../src/model/diagnostic.ts";
import { Secret } from "../../src/model/secret.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { findRotatable, findSupplied } from "../../src/runs/changeable-secret.ts";
import { prepare } from "../../src/runs/prepare.ts";
import { rotateSecrets } from "../../src/runs/rotate-secrets.ts";
import { setSecret, unsetSecret } from "../../src/runs/set-secret.ts";
import { readShown } from "../../src/runs/show-secret.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { install } from "../apply/support.ts";
import { ownSources } from "../render/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { installRunOn } from "./support.ts";

const SITE = ownSources({
  app: `
description: an app
account: { user: app-user, home: /var/lib/app }
secrets:
  made: { generate: { length: 33, alphabet: base62 } }
  lasting: { generate: { length: 33, alphabet: base62, rotate: never } }
  given: { supplied: { description: a key, optional: true } }
  of_made: { compose: "a:\${secret.made}" }
  of_given: { compose: "Bearer \${secret.given}" }
containers:
  app: { image: "docker.io/lab/app:1", secrets: [{ secret: made, env: A }, { secret: given, env: B }] }
`,
  side: `
description: a side
account: { user: side-user, home: /var/lib/side }
secrets:
  made: { same_as: app/made }
  given: { same_as: app/given }
containers:
  side: { image: "docker.io/lab/side:1" }
`,
});
parseOnce(SITE);
const STACK = resolveStack(SITE);

test("shown where podman has it; before the first run it says what makes it", async () => {
  const host = new MemoryHost();
  const look = () =>
    prepare(
      installRunOn(host.system, () => SITE),
      SITE,
      { looking: true },
    );
  const show = async (name: string) =>
    readShown(host.system, await look(), name).then(
      (secret) => secret.reveal(),
      ({ message, hint }) => [message, hint],
    );
  expect(await show("app/made")).toEqual([
    "podman of app-user does not have app/made",
    "sudo install-quadlets makes what is missing",
  ]);
  await install(host, SITE);
  expect(await show("app/made")).toBe(host.secrets.get("app-user/app-made"));
  expect(await show("app/given")).toEqual([
    "podman of app-user does not have app/given",
    "sudo install-quadlets secrets set app/given",
  ]);
});

describe("by its name", () => {
  const NONE = userError("unknown-name", "there is no secret app/other", "install-quadlets secrets list names them");
  const SET = "sudo install-quadlets secrets set app/given";
  const ROTATE = "sudo install-quadlets secrets rotate app/made";

  test.each<[string, UserError | "found", UserError | "found"]>([
    [
      "app/made",
      "found",
      userError("does-not-apply", "app/made is made on this host, not given", `another value: ${ROTATE}`),
    ],
    [
      "app-made",
      "found",
      userError("does-not-apply", "app/made is made on this host, not given", `another value: ${ROTATE}`),
    ],
    ["app/given", userError("does-not-apply", "app/given is given by the site", SET), "found"],
    ["app/other", NONE, NONE],
    [
      "app/lasting",
      userError(
        "does-not-apply",
        "app/lasting must keep its value",
        "what was stored with it could not be read any more",
      ),
      userError(
        "does-not-apply",
        "app/lasting is made on this host, not given",
        "another value: sudo install-quadlets secrets rotate app/lasting",
      ),
    ],
    [
      "app/of_made",
      userError("does-not-apply", "app/of_made follows another secret: made from app/made", "rotate that one"),
      userError("does-not-apply", "app/of_made follows another secret: made from app/made", ROTATE),
    ],
    [
      "side/made",
      userError("does-not-apply", "side/made follows another secret: the same as app/made", "rotate that one"),
      userError("does-not-apply", "side/made follows another secret: the same as app/made", ROTATE),
    ],
    [
      "side/given",
      userError("does-not-apply", "side/given follows another secret: the same as app/given", SET),
      userError("does-not-apply", "side/given follows another secret: the same as app/given", SET),
    ],
  ])("%s", (name, rotatable, supplied) => {
    const result = (find: () => unknown) => {
      try {
        return find() === undefined ? "nothing" : "found";
      } catch (error) {
        return error;
      }
    };
    expect(result(() => findRotatable(STACK, name))).toEqual(rotatable);
    expect(result(() => findSupplied(STACK, name))).toEqual(supplied);
  });
});

describe("on a host that is as configured", () => {
  const KEYS = ["app-user/app-made", "app-user/app-given"];
  const order = (command: string) => [
    `lock: install-quadlets secrets ${command}`,
    "shown: a plan",
    "ask: Apply this plan?",
    "note: checking that everything is as configured",
    "welcome",
    "unlock",
  ];
  const settled = async () => {
    const host = new MemoryHost();
    await install(host, SITE);
    return host;
  };
  const given = { secret: findSupplied(STACK, "app/given"), sources: SITE };
  const values = (host: MemoryHost) => KEYS.map((key) => host.secrets.get(key));

  test("rotated, set, unset: each a run of its own, with one turn and one question", async () => {
    const host = await settled();
    const first = values(host)[0];
    const rotation = installRunOn(host.system, () => SITE);
    await rotateSecrets(rotation, ["app/made"]);
    expect(rotation.heard).toEqual(order("rotate"));
    const second = values(host)[0];
    expect(second).not.toBe(first);
    const setting = installRunOn(host.system, () => SITE);
    expect(await setSecret(setting, given, new Secret("V-1"))).toBeUndefined();
    expect(setting.heard).toEqual(order("set"));
    expect(values(host)).toEqual([second, "V-1"]);
    const unsetting = installRunOn(host.system, () => SITE);
    expect(await unsetSecret(unsetting, given)).toBeUndefined();
    expect(unsetting.heard).toEqual(order("unset"));
    expect(values(host)).toEqual([second, undefined]);
    const runs = await listGenerations(host.system.files);
    expect(runs.map(({ what }) => what)).toEqual(["install", "rotate app/made", "set app/given", "unset app/given"]);
  });

  test("where the reader is down for want of it, another value is what mends it", async () => {
    const host = await settled();
    const first = values(host)[0];
    const failed = "ActiveState=failed\nSubState=failed\nResult=exit-code";
    host.scripted.set("app.service", () =>
      values(host)[0] === first ? failed : "ActiveState=active\nSubState=running",
    );
    expect(
      await rotateSecrets(
        installRunOn(host.system, () => SITE),
        ["app/made"],
      ),
    ).toBe("done");
    expect(values(host)[0]).not.toBe(first);
    host.scripted.set("app.service", () =>
      values(host)[1] === "V-2" ? "ActiveState=active\nSubState=running" : failed,
    );
    expect(
      await setSecret(
        installRunOn(host.system, () => SITE),
        given,
        new Secret("V-1"),
      ).catch(String),
    ).toContain("app did not come up");
    expect(
      await setSecret(
        installRunOn(host.system, () => SITE),
        given,
        new Secret("V-2"),
      ),
    ).toBeUndefined();
    expect(values(host)[1]).toBe("V-2");
  });

  test("while the plan is read something changes: the value stays, and no other one is kept", async () => {
    const host = await settled();
    const before = values(host);
    const meanwhile = () => host.system.files.put("/etc/containers/systemd/users/800/app.container", "edited");
    const changed = "the host or its configuration changed while the plan was read; nothing was done";
    const rotation = installRunOn(host.system, () => SITE, {}, meanwhile);
    await expect(rotateSecrets(rotation, ["app/made"])).rejects.toThrow(changed);
    expect(values(host)).toEqual(before);
    const other = await settled();
    const setting = installRunOn(
      other.system,
      () => SITE,
      {},
      () => other.system.files.put("/etc/containers/systemd/users/800/app.container", "edited"),
    );
    await expect(setSecret(setting, given, new Secret("V-1"))).rejects.toThrow(changed);
    expect(other.secrets.get("app-user/app-given")).toBeUndefined();
    const paths = [...other.system.files.nodes.keys()];
    expect(paths.filter((path) => path.includes("kept-secrets/"))).toEqual([]);
  });

  test("a dry run of a rotation only shows; a name that there is not is refused before", async () => {
    const host = await settled();
    const before = host.changes;
    const dry = installRunOn(host.system, () => SITE, { dryRun: true });
    expect(await rotateSecrets(dry, ["app/made"])).toBe("pending");
    expect(dry.heard).toEqual(["shown: a plan"]);
    const unknown = installRunOn(host.system, () => SITE);
    await expect(rotateSecrets(unknown, ["app/made", "app/other"])).rejects.toThrow("there is no secret app/other");
    expect(unknown.heard).toEqual(["lock: install-quadlets secrets rotate", "unlock"]);
    expect(host.changes).toBe(before);
  });

  test("on one that is not, another value is not mixed in", async () => {
    const host = await settled();
    host.system.files.put("/etc/containers/systemd/users/800/app.container", "edited");
    const run = installRunOn(host.system, () => SITE);
    const refusal = userError(
      "not-settled",
      "the host is not as configured; a secret is rotated on its own",
      "first: sudo install-quadlets",
    );
    await expect(rotateSecrets(run, ["app/made"])).rejects.toThrow(refusal);
    expect(run.heard).toEqual(["lock: install-quadlets secrets rotate", "unlock"]);
  });
});

test.each(["set", "unset"])("Ctrl-C while %s looks at the secret is a sentence and an end at once", async (verb) => {
  const host = new MemoryHost();
  await install(host, SITE);
  const { files, signals } = host.system;
  const list = files.list.bind(files);
  Object.assign(files, {
    list: (path: string) => {
      signals.send();
      return list(path);
    },
  });
  const run = installRunOn(host.system, () => SITE);
  const found = { secret: findSupplied(STACK, "app/given"), sources: SITE };
  const before = host.changes;
  const error = await (verb === "set" ? setSecret(run, found, new Secret("G-1")) : unsetSecret(run, found)).catch(
    (thrown: UserError) => thrown,
  );
  expect(error).toMatchObject({
    code: "stopped",
    message: "stopped while it looked at the secret; nothing was changed",
  });
  expect(host.changes).toBe(before);
});
