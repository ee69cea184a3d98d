/** Paths below a service's home. */
import type { AbsolutePath } from "../../model/names.ts";

export function below(home: string, relative: string): AbsolutePath {
  return `${home}/${relative}` as AbsolutePath;
}

/** True for the directory itself and for everything in it. */
export function covers(directory: string, path: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
