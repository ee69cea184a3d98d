/** What people see: tables, errors and progress. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { printError, table } from "../../src/cli/output.ts";
import { makeReporter } from "../../src/cli/progress.ts";
import { ConfigError, Stopped, UserError, userError } from "../../src/model/diagnostic.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test("a table: columns as wide as they need, no space at the end, rows may be short or long", () => {
  expect(table([["A", "B", "C"], ["long", "", "x"], ["y"], ["1", "2", "3", "4"]])).toBe(
    "A     B  C\nlong     x\ny\n1     2  3  4",
  );
  expect(table([])).toBe("");
});

describe("errors", () => {
  function printed(error: unknown, verbose = false): string {
    let text = "";
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    printError(error, verbose);
    vi.restoreAllMocks();
    return text;
  }

  const fault = { file: "stack.yaml", line: 3, column: 5, path: "domain", message: "is not a domain", hint: "try one" };

  test("of the configuration: how many, each with its place, and that nothing was changed", () => {
    const one = "stack.yaml:3:5 domain: is not a domain\n  hint: try one\n";
    expect(printed(new ConfigError([fault]))).toBe(`error: the configuration has 1 fault; nothing was changed\n${one}`);
    expect(printed(new ConfigError([fault, fault]))).toBe(
      `error: the configuration has 2 faults; nothing was changed\n${one}${one}`,
    );
  });

  test("of the host or the user: message and hint, no stack", () => {
    expect(printed(new UserError("no", "do that"))).toBe("error: no\nhint: do that\n");
    expect(printed(new UserError("no"))).toBe("error: no\n");
    expect(printed(userError("locked", "no", "do that"))).toBe("error: no [locked]\nhint: do that\n");
    // What follows the first line is often a log.
    expect(printed(userError("unit-failed", "no:\n  last line"))).toBe("error: no [unit-failed]:\n  last line\n");
  });

  test("somebody's no is no error", () => {
    expect(printed(new Stopped("stopped", "go on"))).toBe("stopped\nhint: go on\n");
  });

  test("of this program: asks for a report; the stack only when asked for", () => {
    const bug = new Error("oops");
    const short = printed(bug);
    expect(short).toContain("error: oops\nhint: this is a fault of install-quadlets");
    expect(short).not.toContain("    at ");
    expect(printed(bug, true)).toContain("    at ");
    expect(printed("text", true)).toMatch(/^error: text\nhint: /);
  });
});

describe("progress", () => {
  function report(isTTY: boolean, term = "xterm") {
    vi.stubEnv("TERM", term);
    let text = "";
    let now = 0;
    const write = (chunk: string) => {
      text += chunk;
      return true;
    };
    const stream = { isTTY, columns: 20, write } as unknown as NodeJS.WriteStream;
    const reporter = makeReporter(stream, () => now);
    return { reporter, text: () => text, wait: (ms: number) => (now += ms) };
  }

  test("on a terminal one line is rewritten and never wider than the terminal", () => {
    const { reporter, text } = report(true);
    reporter.progress("x".repeat(50));
    reporter.note("done");
    expect(text()).toBe(`\r\u001b[2K  ${"x".repeat(17)}\r\u001b[2Kdone\n`);
  });

  test.each([
    ["without a terminal", false, "xterm"],
    ["on a dumb one", true, "dumb"],
  ])("%s there are whole lines, and few", (_, isTTY, term) => {
    const { reporter, text, wait } = report(isTTY, term);
    reporter.phase("images", 2);
    wait(10_000);
    for (const word of ["one", "two", "three"]) reporter.progress(word);
    wait(10_000);
    reporter.progress("four");
    expect(text()).toBe("pulling images\n  ... one\n  ... four\n");
  });
});
