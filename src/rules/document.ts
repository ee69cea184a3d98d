/** docs/rules.md, from the rules themselves. */
import { chapters } from "./all.ts";
import type { Rule } from "./rule.ts";

const HEAD = `# The rules of \`install-quadlets check\`

Written by \`npm run rules\` from src/rules; do not edit. An **error** loses the unit, keeps it from starting, or makes it run something else
than what is written; with a **warning** it works, but not as written; a **hint** is good to know. Versions are podman's.
`;

export function rulesDocument(): string {
  const parts = chapters.flatMap(({ title, rules }) => [`## ${escaped(title)}\n`, ...rules.map(section)]);
  return `${[HEAD, ...parts].join("\n").trimEnd()}\n`;
}

function section(rule: Rule): string {
  const versions = [
    rule.since === undefined ? "" : `from ${rule.since} on`,
    rule.until === undefined ? "" : `before ${rule.until}`,
    rule.only === undefined ? "" : `${rule.only} only`,
  ].filter((text) => text !== "");
  const lines = [
    `### ${rule.id}\n`,
    `${[rule.level, ...versions].join(", ")}\n`,
    `- What: ${escaped(rule.what)}`,
    `- Why: ${escaped(rule.why)}`,
    `- Instead: ${escaped(rule.instead)}\n`,
  ];
  return lines.join("\n");
}

/** What Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(/[\\[\]*_~<>]/g, "\\$&");
}
