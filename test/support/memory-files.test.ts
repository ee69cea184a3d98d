/** The memory disk keeps the same promises as the real one. */
import { describeFiles } from "../system/files-contract.ts";
import { MemoryFiles } from "./memory-files.ts";

describeFiles("memory files", () => {
  const files = new MemoryFiles();
  files.put("/bench", { kind: "directory", uid: 0, gid: 0, mode: 0o700 });
  return { files, root: "/bench", symlink: (path, target) => files.put(path, { kind: "symlink", target }) };
});
