import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");

/** Copies what git tracks into a folder, as a clone has it, with this checkout's packages. */
export function cloneTo(folder: string): void {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  for (const file of list.split("\0")) {
    if (file === "" || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/node_modules`);
  for (const modules of ["node_modules", ...packages])
    if (existsSync(join(root, modules))) symlinkSync(join(root, modules), join(folder, modules), "dir");
}
