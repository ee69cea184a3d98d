/** How the parts of a screen share its lines: numbers of lines in, lines out. */

/** "faint": what is not the matter; "title": of a part. */
export type Tone = "title" | "good" | "warn" | "bad" | "faint" | "plain";

export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

export interface Section {
  readonly lines: readonly Line[];
  /** Lines that it has before others get more. */
  readonly least: number;
  /** It is read from its end. */
  readonly fromEnd?: boolean;
  /** The line that must be seen. */
  readonly around?: number;
}

/** Each its least first, in their order; then what is left to whoever has more. One without room for a line below its title is left out. */
export function shareRoom(sections: readonly Section[], room: number): readonly Line[] {
  let left = room;
  const given = sections.map(({ lines, least }) => {
    const lot = Math.min(lines.length, least, left);
    const taken = lot < 2 ? 0 : lot;
    left -= taken;
    return taken;
  });
  const more = sections.map(({ lines }, index) => {
    const lot = given[index] ?? 0;
    const extra = lot === 0 ? 0 : Math.min(lines.length - lot, left);
    left -= extra;
    return lot + extra;
  });
  return sections.flatMap((section, index) => clip(section, more[index] ?? 0));
}

function clip({ lines: [title, ...lines], fromEnd, around }: Section, lot: number): readonly Line[] {
  if (lot === 0 || title === undefined) return [];
  const room = lot - 1;
  const hidden = lines.length - room;
  const last = Math.max(0, hidden);
  const start = fromEnd === true ? last : around === undefined ? 0 : Math.min(last, Math.max(0, around - room + 1));
  const count = hidden > 0 && fromEnd !== true ? ` (${hidden} more)` : "";
  return [{ ...title, text: `${title.text}${count}` }, ...lines.slice(start, start + room)];
}
