/** What the tab key knows of install-quadlets. */
import { execFileSync } from "node:child_process";
import { afterEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/install-program.ts";

afterEach(() => vi.restoreAllMocks());

async function scriptFor(shell: string): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await main(["node", "install-quadlets", "completion", shell]);
  vi.restoreAllMocks();
  return text;
}

test.each([
  ["install-quadlets uni", "uninstall"],
  ["install-quadlets secrets s", "show set"],
  ["install-quadlets ca ", "show rotate"],
  ["install-quadlets backup op", "opik"],
  ["install-quadlets help exi", "exit-codes"],
  ["install-quadlets completion ", "bash zsh fish"],
  // Files are the shell's own.
  ["install-quadlets check st", ""],
])("%s<TAB>", async (line, completes) => {
  const words = line.split(" ");
  const script = `svc() { printf 'opik\\nollama\\n'; }
${await scriptFor("bash")}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _install_quadlets; echo "\${COMPREPLY[*]}"`;
  expect(execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim()).toBe(completes);
});

test("zsh and fish have the same words", async () => {
  expect(await scriptFor("zsh")).toContain("ca) compadd -- show rotate ;;");
  expect(await scriptFor("fish")).toContain('-a "show rotate"');
});
