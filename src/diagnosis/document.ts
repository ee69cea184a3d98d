/** docs/doctor.md, from the checks themselves. */
import { checks } from "./all.ts";
import { type Check, GROUP_NAMES, GROUPS, type Group } from "./check.ts";
import { imageChecks } from "./checks-images.ts";

const HEAD = `# The checks of \`install-quadlets doctor\`

Written by \`npm run rules\` from src/diagnosis; do not edit. A **problem** is what does not work, or will not; with a **warning** it works, and
there is something to be done. Exit code 1 means that there is a problem. With \`--json\` each finding carries the id of its check, which
stays; \`reason\` says why a check is silent: \`needs root\`, \`nothing installed yet\` (it is about accounts and services of ours), or
\`nothing to say\`. What does not answer in time is cut off, and said as a warning of the first check that needs it.
`;

export function checksDocument(): string {
  return `${[HEAD, ...GROUP_NAMES.flatMap(groupSection)].join("\n").trimEnd()}\n`;
}

function groupSection(group: Group): readonly string[] {
  const own = [...checks, ...imageChecks].filter((check) => check.group === group);
  return [
    `## ${GROUPS[group]} (\`${group}\`)\n`,
    "| check | looks at | finds | |",
    "| --- | --- | --- | --- |",
    ...own.map(row),
    "",
  ];
}

function row({ id, what, finds, needsRoot, ours }: Check): string {
  const needs = [...(needsRoot ? ["needs root"] : []), ...(ours ? ["after the first run"] : [])].join(", ");
  return `| \`${id}\` | ${escaped(what)} | ${escaped(finds)} | ${needs} |`;
}

function escaped(text: string): string {
  return text.replaceAll(/[|<>]/g, (character) => `\\${character}`);
}
