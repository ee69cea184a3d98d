/** Commands inside containers: which one, whether it runs, and that no password is an argument. */
import { describe, expect, test } from "vitest";
import { commandIn, containerOf, readSecret, shellCommand } from "../../src/apps/enter.ts";
import { reloadUnits } from "../../src/apps/reload.ts";
import { findTarget } from "../../src/apps/service-index.ts";
import { readVersions } from "../../src/apps/versions.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const text = renderSite().files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const index = JSON.parse(text) as ServiceIndex;
const service = (name: string) => index.services.find((one) => one.name === name) as IndexedService;
const opik = service("opik");
const PASSWORD = "s3cr3t-of-mysql";

function running(active = "active") {
  const system = memorySystem({ files: { "/run/user/804/systemd/private": { kind: "other" } } });
  system.runner.on("systemctl", (command) => {
    const [unit] = command.argv.slice(-1);
    return { stdout: `Id=${unit}\nLoadState=loaded\nActiveState=${active}\nSubState=running\n` };
  });
  system.runner.on("secret inspect", { stdout: JSON.stringify([{ SecretData: PASSWORD }]) });
  return system;
}

describe("which container", () => {
  test("the only one, the one named, or a question", () => {
    expect(containerOf(findTarget(index, "vllm-qwen"), "exec").name).toBe("vllm-qwen");
    expect(containerOf(findTarget(index, "nginx-proxy"), "exec").name).toBe("nginx-proxy");
    expect(containerOf(findTarget(index, "opik-mysql"), "exec").name).toBe("opik-mysql");
    // The first of several that share no pod is called like the service.
    expect(containerOf(findTarget(index, "dnsmasq"), "exec").name).toBe("dnsmasq");
    expect(() => containerOf(findTarget(index, "opik"), "shell")).toThrow(/^opik has 8 containers: opik-mysql, /);
    expect(() => containerOf(findTarget(index, "opik-pod"), "shell")).toThrow("has no container");
    expect(() => containerOf(findTarget(index, "opik-minio-init"), "shell")).toThrow("has no container");
  });

  test("only one that runs, or is on its way", async () => {
    const unit = containerOf(findTarget(index, "opik-redis"), "exec");
    const ask = (active: string) => commandIn(running(active), opik, unit, ["redis-cli", "info"], { terminal: false });
    expect((await ask("active")).argv.slice(-5)).toEqual(["exec", "--interactive", "opik-redis", "redis-cli", "info"]);
    await expect(ask("activating")).resolves.toBeDefined();
    await expect(ask("inactive")).rejects.toMatchObject({
      message: "opik-redis does not run (stopped)",
      hint: "sudo svc start opik-redis",
    });
  });
});

describe("shells", () => {
  test.each(opik.shells ?? [])("$name: the password is in the environment only, by its variable", async (shell) => {
    const command = await shellCommand(running(), opik, shell, ["-e", "select 1"], { terminal: true });
    const [variable = ""] = Object.keys(shell.secrets);
    expect(command.env).toMatchObject({ [variable]: PASSWORD, HOME: "/var/lib/opik" });
    expect(command.argv.join(" ")).not.toContain(PASSWORD);
    const at = command.argv.indexOf("podman");
    expect(command.argv.slice(0, at)).toEqual(["setpriv", "--reuid", "804", "--regid", "804", "--init-groups", "--"]);
    expect(command.argv.slice(at)).toEqual([
      ...["podman", "exec", "--interactive", "--tty", "--env", variable, shell.container],
      ...[...shell.command, "-e", "select 1"],
    ]);
  });

  test("there are those of the owner", () => {
    expect(opik.shells?.map((shell) => shell.name)).toEqual(["mysql-shell", "clickhouse-shell", "redis-cli"]);
    expect(opik.logins?.find((login) => login.name === "minio-console")).toMatchObject({
      urls: ["http://100.64.0.1:9090"],
      user: "opik",
      secret: "opik-minio",
    });
  });

  test("a secret that is gone is named, and nothing that podman printed is quoted", async () => {
    const system = running();
    system.runner.on("secret inspect", { exitCode: 125, stdout: PASSWORD, stderr: PASSWORD });
    const failure = await readSecret(system, opik, "opik-minio").catch((error: Error) => error.message);
    expect(failure).toBe("podman of opik-user has no secret opik-minio");
  });
});

test("reload: those that can, with what they say where they refuse", async () => {
  const system = running();
  expect(await reloadUnits(system, findTarget(index, "nginx-proxy"))).toEqual(["nginx-proxy"]);
  expect(system.runner.printed.at(-1)).toContain("podman exec nginx-proxy /bin/sh -c ");
  system.runner.on("podman exec", { exitCode: 1, stderr: "nginx: [emerg] unexpected \u001b[31m}\n" });
  await expect(reloadUnits(system, findTarget(index, "nginx-proxy"))).rejects.toThrow("unexpected \\u001b[31m}");
  await expect(reloadUnits(system, findTarget(index, "opik-mysql"))).rejects.toMatchObject({
    message: "opik-mysql cannot take anything over while it runs",
    hint: "sudo svc restart opik-mysql",
  });
});

test("versions: what is there, what runs, and what to do where that differs", async () => {
  const store = "/var/lib/vllm/.local/share/containers/storage";
  const vllm = service("vllm-qwen");
  const image = vllm.units[0]?.image;
  const noteWith = async (images: unknown, containers: unknown) => {
    const files = {
      [`${store}/overlay-images/images.json`]: JSON.stringify(images),
      [`${store}/overlay-containers/containers.json`]: JSON.stringify(containers),
    };
    const [unit] = await readVersions(memorySystem({ files }), [vllm]);
    return unit?.note;
  };
  const there = [{ id: "new", names: [image] }];
  expect(await noteWith(there, [{ names: ["vllm-qwen"], image: "new" }])).toBe("");
  expect(await noteWith(there, [{ names: ["vllm-qwen"], image: "old" }])).toBe(
    "another one runs: sudo install-quadlets",
  );
  expect(await noteWith(there, [])).toBe("does not run");
  expect(await noteWith([], [{ names: ["vllm-qwen"], image: "old" }])).toBe("not there: sudo svc pull vllm-qwen");
});
