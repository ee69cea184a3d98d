/** How far a download is, in words. */
import { sizeText } from "./size.ts";

/** "3.1 GB of 15 GB (20 %), 12 MB/s, 16 min left"; what was there before this began counts for the rate, too: it is a hint only. */
export function progressText(
  bytes: number,
  whole: number | undefined,
  seconds: number,
  how: "about" | "exactly" = "exactly",
): string {
  const rate = seconds > 0 ? bytes / seconds : 0;
  const speed = rate > 0 ? `, ${sizeText(Math.round(rate))}/s` : "";
  if (whole === undefined || whole === 0) return `${sizeText(bytes)}${speed}`;
  const percent = Math.min(100, Math.floor((bytes / whole) * 100));
  const left = rate > 0 && bytes < whole ? `, ${timeText((whole - bytes) / rate)} left` : "";
  const all = `${how === "about" ? "about " : ""}${sizeText(whole)}`;
  return `${sizeText(bytes)} of ${all} (${percent} %)${speed}${left}`;
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
