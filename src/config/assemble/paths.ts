/** Paths below a service's home. */
import type { AbsolutePath } from "../../model/names.ts";

export function below(home: string, relative: string): AbsolutePath {
  return `${home}/${relative}` as AbsolutePath;
}

/** The path itself and every directory above it, the nearest first. */
export function upwards(path: string): readonly string[] {
  const parent = path.slice(0, path.lastIndexOf("/"));
  return parent === "" ? [path] : [path, ...upwards(parent)];
}

/** True for the directory itself and for everything in it. */
export function covers(directory: string, path: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
