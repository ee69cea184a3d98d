/** Keeps what a host can tell about a failure: printed in short, whole in a folder. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lab, labName } from "./support.ts";

const PLACE = fileURLToPath(new URL("../../node_modules/.cache/lab-reports/", import.meta.url));
/** Enough to see the cause; all of it is in the folder. */
const PRINTED_LINES = 200;

/** What the host says now, cut to what a person reads, and where the rest lies. */
export async function keepReport(what: string): Promise<string> {
  const folder = join(PLACE, `${new Date().toISOString().replaceAll(":", "")}-${labName()}`);
  mkdirSync(folder, { recursive: true });
  const [report, journal] = await Promise.all([lab(["report"]), lab(["report", "journal"])]);
  writeFileSync(join(folder, "report.txt"), `${report.out}\n${report.err}\n`);
  writeFileSync(join(folder, "journal.txt"), `${journal.out}\n`);
  const lines = report.out.split("\n");
  const cut = lines.length > PRINTED_LINES ? `\n... ${lines.length - PRINTED_LINES} more lines` : "";
  return [
    `---- ${labName()}: ${what} failed; the host says:`,
    `${lines.slice(0, PRINTED_LINES).join("\n")}${cut}`,
    report.err,
    `---- all of it, and the journal: ${folder}`,
  ].join("\n");
}
