/** The examples of the README, by the heading above and their first line. */
import { readFileSync } from "node:fs";

export const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The indented block after the heading whose first line starts so. */
export function block(heading: string, firstLine: string): string {
  const section = readme.slice(readme.indexOf(`## ${heading}`));
  const lines = section.slice(section.indexOf(`    ${firstLine}`)).split("\n");
  const end = lines.findIndex((line) => line !== "" && !line.startsWith("    "));
  return lines
    .slice(0, end)
    .map((line) => line.slice(4))
    .join("\n");
}
