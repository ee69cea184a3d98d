/** A disk in memory with owners, modes and symlinks; keeps the same contract as the real files, and its tests. */
import { UserError } from "../../src/model/diagnostic.ts";
import { refuseSymlink } from "../../src/system/descend.ts";
import type { FileStat, Files, WriteOptions } from "../../src/system/interfaces.ts";

export type MemoryNode =
  | ({ readonly kind: "file"; readonly content: string; readonly modified?: number } & WriteOptions)
  | ({ readonly kind: "directory" } & WriteOptions)
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "other" };

const ROOT_DIRECTORY = { kind: "directory", uid: 0, gid: 0, mode: 0o755 } as const;
const ROOT_FILE = { uid: 0, gid: 0, mode: 0o644 } as const;

export class MemoryFiles implements Files {
  readonly nodes = new Map<string, MemoryNode>([["/", ROOT_DIRECTORY]]);
  /** Called before every change; a test throws here to let a step fail. */
  beforeChange: (verb: "write" | "makeDirectory" | "setOwnerAndMode" | "remove", path: string) => void = () =>
    undefined;

  /** Places a node as a test's starting point; a plain text is root's file; missing parents become root's. */
  put(path: string, node: MemoryNode | string): void {
    for (const parent of parentsOf(path)) if (!this.nodes.has(parent)) this.nodes.set(parent, ROOT_DIRECTORY);
    this.nodes.set(path, typeof node === "string" ? { kind: "file", content: node, ...ROOT_FILE } : node);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const node = this.#lookUp(path);
    if (node === undefined) return undefined;
    if (node.kind === "symlink" || node.kind === "other")
      return { kind: node.kind, uid: 0, gid: 0, mode: 0o777, size: 0, modified: 0 };
    const size = node.kind === "file" ? Buffer.byteLength(node.content) : 4096;
    const modified = (node.kind === "file" ? node.modified : undefined) ?? 0;
    return { kind: node.kind, uid: node.uid, gid: node.gid, mode: node.mode, size, modified };
  }

  async read(path: string, maxBytes = Number.POSITIVE_INFINITY): Promise<string | undefined> {
    const node = this.#lookUp(path);
    if (node === undefined) return undefined;
    if (node.kind === "symlink") throw refuseSymlink(path);
    if (node.kind !== "file") throw new UserError(`${path}: is not a regular file`);
    if (Buffer.byteLength(node.content) > maxBytes) throw new UserError(`${path}: is larger than ${maxBytes} bytes`);
    return node.content;
  }

  async list(path: string): Promise<readonly string[]> {
    const node = this.#lookUp(path);
    if (node === undefined) return [];
    if (node.kind === "symlink") throw refuseSymlink(path);
    if (node.kind !== "directory") throw new UserError(`${path}: is not a directory`);
    return this.#childrenOf(path).sort();
  }

  async write(path: string, content: string, { uid, gid, mode }: WriteOptions): Promise<void> {
    this.beforeChange("write", path);
    const existing = this.#lookUp(path);
    this.#requireParent(path);
    if (existing?.kind === "symlink") throw refuseSymlink(path);
    if (existing?.kind === "directory") throw new UserError(`${path}: is a directory, not a file`);
    this.nodes.set(path, { kind: "file", content, uid, gid, mode });
  }

  async makeDirectory(path: string, { uid, gid, mode }: WriteOptions): Promise<void> {
    this.beforeChange("makeDirectory", path);
    const existing = this.#lookUp(path);
    this.#requireParent(path);
    if (existing?.kind === "symlink") throw refuseSymlink(path);
    if (existing !== undefined && existing.kind !== "directory") throw new UserError(`${path}: is not a directory`);
    this.nodes.set(path, { kind: "directory", uid, gid, mode });
  }

  async setOwnerAndMode(path: string, { uid, gid, mode }: WriteOptions): Promise<void> {
    this.beforeChange("setOwnerAndMode", path);
    const node = this.#lookUp(path);
    if (node === undefined) throw new UserError(`${path}: no such file or directory`);
    if (node.kind === "symlink") throw refuseSymlink(path);
    if (node.kind === "other") throw new UserError(`${path}: is neither file nor directory`);
    this.nodes.set(path, { ...node, uid, gid, mode });
  }

  async remove(path: string): Promise<void> {
    this.beforeChange("remove", path);
    const node = this.#lookUp(path);
    if (node === undefined) return;
    if (node.kind === "directory" && this.#childrenOf(path).length > 0) {
      throw new UserError(`${path}: ENOTEMPTY: directory not empty`);
    }
    this.nodes.delete(path);
  }

  #lookUp(path: string): MemoryNode | undefined {
    for (const parent of parentsOf(path)) {
      const node = this.nodes.get(parent);
      if (node?.kind === "symlink") throw refuseSymlink(parent);
      if (node?.kind !== "directory") return undefined;
    }
    return this.nodes.get(path);
  }

  #requireParent(path: string): void {
    const parent = parentsOf(path).at(-1) ?? "/";
    if (this.nodes.get(parent)?.kind !== "directory") {
      throw new UserError(`${path}: the directory above it does not exist`);
    }
  }

  #childrenOf(path: string): string[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    const inside = [...this.nodes.keys()].filter((key) => key !== "/" && key.startsWith(prefix));
    return inside.map((key) => key.slice(prefix.length)).filter((name) => !name.includes("/"));
  }
}

/** "/", "/a", "/a/b" for "/a/b/c". */
function parentsOf(path: string): readonly string[] {
  const names = path.split("/").filter((name) => name !== "");
  return names.map((_, index) => `/${names.slice(0, index).join("/")}`);
}
