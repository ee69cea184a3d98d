/** `install-quadlets adopt` as it is typed, with --print: on whatever machine the tests run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/install-program.ts";
import { typed } from "../support/typed.ts";

const folder = mkdtempSync(`${tmpdir()}/adopt-`);
mkdirSync(`${folder}/good/web.container.d`, { recursive: true });
const put = (name: string, text: string | Buffer) => writeFileSync(`${folder}/${name}`, text);
put("good/web.container", "[Container]\nImage=docker.io/lab/echo:1\nPublishPort=8090:80\n");
put("good/web.container.d/a.conf", "[Container]\nEnvironment=A=b\n");
put("lost.container", "[Container]\nImage=docker.io/lab/echo:1\nImag=x\n");
put("host.container", "[Container]\nImage=docker.io/lab/echo:1\nNetwork=host\n");
put("bytes.container", Buffer.from("[Container]\nImage=docker.io/lab/echo:1\n#\xff\n", "latin1"));

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

async function type(...words: readonly string[]): Promise<{ printed: string; said: string }> {
  let [printed, said] = ["", ""];
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said += String(chunk);
    return true;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  vi.spyOn(process, "exit").mockImplementation(() => {
    throw new Error("ended");
  });
  await main(["node", "install-quadlets", "adopt", "--print", ...words]).catch(() => undefined);
  return { printed, said };
}

test("it shows the service file, where each file comes from, and the lines that are others", async () => {
  const { printed, said } = await type(`${folder}/good`, "--name", "web");
  expect(said).toBe("next: the same without --print writes it\n");
  expect(printed.split("\n").slice(0, 2)).toEqual([
    "+ /etc/install-quadlets/services/web.yaml",
    "    # yaml-language-server: $schema=../service.schema.json",
  ]);
  expect(printed).toContain(
    `+ /etc/install-quadlets/services/web/web.container, as ${folder}/good/web.container\n    -PublishPort=8090:80\n    +PublishPort=127.0.0.1:8090:80\n`,
  );
  expect(printed).toContain("services/web/web.container.d/a.conf, as");
});

test("writing is root's: exit code 77, once everything was shown", async () => {
  const { printed, said, code } = await typed(main, ["adopt", `${folder}/good`, "--name", "web"], 1000);
  expect(printed).toContain("+ /etc/install-quadlets/services/web.yaml");
  expect(said).toContain(
    "error: writing to /etc/install-quadlets/services needs root [needs-root]\nhint: run it with sudo; or",
  );
  expect(code).toBe("exit 77");
});

test.each([
  ["lost.container", "web", "lost.container:3:1 Container.Imag"],
  ["host.container", "web", `${folder}/host.container:3:1 Container.Network: with the network "host" nobody can tell`],
  ["bytes.container", "web", "bytes.container is not text in UTF-8"],
  ["nowhere.container", "web", "nowhere.container is not there"],
  ["good", "../web", '--name: "../web" is no name of a service'],
  ["good", "opik", "there is a service opik already"],
])("%s as %s is refused", async (file, name, words) => {
  const { printed, said } = await type(`${folder}/${file}`, "--name", name);
  expect(printed).toBe("");
  expect(said).toContain(words);
});
