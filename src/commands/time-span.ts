/** Lengths of time as systemd prints them: "1min 30s", "1h", "500ms", "infinity" (systemd.time(7)). */

const SECONDS: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  month: 2_629_800,
  y: 31_557_600,
};

/** In seconds; undefined where there is no end, and for what is no such length. */
export function parseTimeSpan(text: string | undefined): number | undefined {
  const words = (text ?? "").split(" ").filter((word) => word !== "");
  if (words.length === 0) return undefined;
  let seconds = 0;
  for (const word of words) {
    const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(word) ?? [];
    const factor = SECONDS[unit];
    if (number === undefined || factor === undefined) return undefined;
    seconds += Number(number) * factor;
  }
  return seconds;
}
