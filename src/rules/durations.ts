/** Lengths of time as Go and as systemd write them, in seconds. */

const GO: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
const SYSTEMD: readonly (readonly [RegExp, number])[] = [
  [/^(usec|us|µs|μs)$/, 1e-6],
  [/^(msec|ms)$/, 1e-3],
  [/^(seconds?|sec|s|)$/, 1],
  [/^(minutes?|min|m)$/, 60],
  [/^(hours?|hr|h)$/, 3600],
  [/^(days?|d)$/, 86_400],
  [/^(weeks?|w)$/, 604_800],
  [/^(months?|M)$/, 2_629_800],
  [/^(years?|y)$/, 31_557_600],
];

/** "1m30s"; undefined for what podman refuses, as a number without a unit. */
export function goDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^[-+]?((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(text) || text.length > 60) return undefined;
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (GO[unit ?? ""] ?? 0), 0);
}

/** "5min 20s", "90", "infinity"; undefined for what systemd ignores. */
export function systemdDuration(text: string): number | undefined {
  if (/^\s*infinity\s*$/.test(text)) return Number.POSITIVE_INFINITY;
  if (text.length > 100 || !/^\s*(\d+(\.\d*)?\s*[a-zA-Zµμ]*\s*)+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit = ""] of text.matchAll(/(\d+(?:\.\d*)?)\s*([a-zA-Zµμ]*)/g)) {
    const factor = SYSTEMD.find(([pattern]) => pattern.test(unit))?.[1];
    if (factor === undefined) return undefined;
    sum += Number(count) * factor;
  }
  return sum;
}
