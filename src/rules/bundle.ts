/** A .quadlets file: several quadlets, each with a "# FileName=" and a line "---" between them (podman quadlet install). */

interface BundlePart {
  /** With the suffix of its first section; undefined where either is missing. */
  readonly name: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly named: string | undefined;
}

const MAIN = /^[ \t]*\[(Container|Pod|Network|Volume|Image|Build|Kube|Artifact)\][ \t\r]*$/m;

export function splitBundle(text: string): readonly BundlePart[] {
  const parts: BundlePart[] = [];
  let from = 0;
  for (const line of text.matchAll(/^[ \t]*---[ \t\r]*$/gm)) {
    parts.push(partOf(text, from, line.index));
    from = Math.min(text.length, line.index + line[0].length + 1);
  }
  return [...parts, partOf(text, from, text.length)];
}

function partOf(text: string, from: number, to: number): BundlePart {
  const part = text.slice(from, to);
  const named = /^[ \t]*#[ \t]*FileName=[ \t]*([^\r\n]*)/m.exec(part)?.[1]?.trim();
  const section = MAIN.exec(part)?.[1];
  const isWhole = named !== undefined && named !== "" && section !== undefined;
  return { name: isWhole ? `${named}.${section.toLowerCase()}` : undefined, from, to, named };
}
