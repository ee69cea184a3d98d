/** Secrets that only the site can give: set, replaced, typed, unset, taken back; and nowhere but where they are needed. */
import { expect, test } from "vitest";
import { forNobody, inArguments, inFiles, inJournal } from "./search.ts";
import { restartedWhile, secretsOf, tryAs } from "./services.ts";
import { smallStack, startFrom } from "./start.ts";
import { type Answer, host, hostScript, lab, putFile, tryHost } from "./support.ts";

const NAME = "vllm-qwen/hf-token";
const FIRST = "hf_LabFirstValueOfTheSite0001";
const SECOND = "hf_LabSecondValueOfTheSite0002";
const TYPED = "hf_LabTypedValueOfTheSite0003";
const KEPT = "/var/lib/install-quadlets/kept-secrets";

startFrom("small");

function set(name: string, value: string): Promise<Answer> {
  return lab(["exec", "--", "install-quadlets", "secrets", "set", name], { input: value });
}

const inContainer = async () => (await tryAs("vllm-user", "podman", "exec", "vllm-qwen", "printenv", "HF_TOKEN")).out;

const settled = async () =>
  expect(await host("install-quadlets", "--yes")).toBe("nothing to do: the host is as configured");

/** Where only root reads, and there only, may a former one lie. */
async function expectNowhere(values: readonly string[]): Promise<void> {
  expect(await inFiles(values, KEPT)).toBe("");
  expect(await inJournal(values)).toBe("0");
  expect(await inArguments(values)).toBe("");
  expect(await forNobody(values)).toBe("");
  expect(await hostScript(`find ${KEPT} ! -user root -o -perm /077 2>/dev/null || true`)).toBe("");
}

test.each([
  ["an empty value", NAME, "\n", "it is empty"],
  ["two lines", NAME, "hf_one\nhf_two\n", "more than one line"],
  [
    "one that is made here",
    "dnsmasq/admin-password",
    FIRST,
    "sudo install-quadlets secrets rotate dnsmasq/admin-password",
  ],
  ["one that follows", "open-webui/vllm-key", FIRST, "sudo install-quadlets secrets rotate vllm-qwen/api-key"],
  ["one that there is not", "vllm-qwen/token", FIRST, "install-quadlets secrets list names them"],
])("refused, and nothing changes: %s", async (_, name, value, says) => {
  const before = await host("install-quadlets", "history", "--json");
  const answer = await set(name, value);
  expect(answer.code).toBe(1);
  expect(answer.err).toContain(says);
  expect(answer.out + answer.err).not.toMatch(/hf_/);
  expect(await host("install-quadlets", "history", "--json")).toBe(before);
});

test("its container has it, nobody else is restarted, and the same again is nothing", async () => {
  expect(await inContainer()).toBe("");
  let said = "";
  const restarted = await restartedWhile(async () => {
    const answer = await set(NAME, `${FIRST}\n`);
    expect(answer.code, answer.err).toBe(0);
    said = answer.out + answer.err;
  });
  expect(restarted).toEqual(["vllm-qwen.service"]);
  expect(await inContainer()).toBe(FIRST);
  expect(said).toContain("Secret=vllm-qwen-hf-token,type=env,target=HF_TOKEN");
  expect(said).not.toContain(FIRST);
  expect((await set(NAME, FIRST)).out).toBe("nothing to do: it has that value");
  await settled();
  await expectNowhere([FIRST]);
});

test("another one, and the way back to the former", async () => {
  expect(await restartedWhile(() => set(NAME, SECOND))).toEqual(["vllm-qwen.service"]);
  expect(await inContainer()).toBe(SECOND);
  await expectNowhere([FIRST, SECOND]);
  const back = () => host("install-quadlets", "rollback", "--yes");
  expect(await restartedWhile(back)).toEqual(["vllm-qwen.service"]);
  expect(await inContainer()).toBe(FIRST);
  await back();
  expect(await inContainer()).toBe("");
  expect((await secretsOf("vllm-user")).has("vllm-qwen-hf-token")).toBe(false);
  await settled();
  expect((await tryHost("ls", KEPT)).out).toBe("");
});

test("typed at a terminal: nothing of it is seen", async () => {
  const script = `IFS= read -r value
    coproc script -qec 'install-quadlets secrets set ${NAME} --yes' /dev/null
    seen=; while [[ $seen != *"not shown): " ]]; do IFS= read -r -N1 letter <&"\${COPROC[0]}"; seen+=$letter; done
    printf '%s\\r' "$value" >&"\${COPROC[1]}"
    printf '%s' "$seen"; cat <&"\${COPROC[0]}"`;
  const answer = await lab(["exec", "--", "bash", "-c", script], { input: `${TYPED}\n` });
  expect(answer.out, answer.err).toContain("everything is as configured and healthy");
  expect(answer.out).not.toContain("hf_");
  expect(await inContainer()).toBe(TYPED);
  await expectNowhere([TYPED]);
});

test("unset: its container starts without it", async () => {
  expect(await restartedWhile(() => host("install-quadlets", "secrets", "unset", NAME, "--yes"))).toEqual([
    "vllm-qwen.service",
  ]);
  expect(await inContainer()).toBe("");
  expect(await host("install-quadlets", "secrets", "unset", NAME)).toBe(`nothing to do: ${NAME} is not set`);
});

test("one that its service needs: no run without it, given before the first, and there again when its service is", async () => {
  const stack = (enabled: boolean) => putFile("/etc/install-quadlets/stack.yaml", smallStack({ keyed: { enabled } }));
  await putFile(
    "/etc/install-quadlets/services/keyed.yaml",
    `description: wants a key
account: { user: keyed-user, home: /var/lib/keyed }
secrets:
  key: { supplied: { description: the key of a provider } }
containers:
  keyed: { image: "docker.io/lab/echo:1", secrets: [{ secret: key, env: API_KEY }], listens: [8080] }
`,
  );
  await stack(true);
  const refused = await tryHost("install-quadlets", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(
    "services/keyed.yaml:4:3 secrets.key: keyed/key has no value yet, and only you can give it: the key of a provider",
  );
  expect(refused.err).toContain("hint: sudo install-quadlets secrets set keyed/key");
  expect((await tryHost("id", "keyed-user")).code).toBe(1);
  expect((await set("keyed/key", SECOND)).out).toContain("keyed/key is kept where only root reads it");
  await expectNowhere([SECOND]);
  const key = () =>
    hostScript(`cd / && XDG_RUNTIME_DIR=/run/user/$(id -u keyed-user) HOME=/var/lib/keyed \\
      setpriv --reuid keyed-user --regid keyed-user --init-groups podman exec keyed printenv API_KEY`);
  await host("install-quadlets", "--yes");
  expect(await key()).toBe(SECOND);
  await stack(false);
  await host("install-quadlets", "--yes");
  await stack(true);
  await host("install-quadlets", "--yes");
  expect(await key()).toBe(SECOND);
  await settled();
  // Nothing waits there any more; what lies there still is for a rollback.
  const kept = (await tryHost("ls", KEPT)).out.split("\n").filter((name) => name.includes("keyed"));
  for (const name of kept) expect(name).toMatch(/^keyed-user-keyed-key\.run-\d+$/);
});
