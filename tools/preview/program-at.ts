import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../kit/errors";

/** Extracts the tree of a git ref into a temporary folder that shares this one's node_modules. */
export function programAt(root: string, ref: string): { readonly dir: string; readonly remove: () => void } {
  const commit = resolveCommit(root, ref);
  const dir = mkdtempSync(join(tmpdir(), "pricelake-against-"));
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    const tree = execFileSync("git", ["archive", "--format=tar", commit], { cwd: root, maxBuffer: 1 << 30 });
    execFileSync("tar", ["-x", "-C", dir], { input: tree });
    if (!existsSync(join(dir, "Pulumi.yaml"))) throw new UsageError(`there is no Pulumi program at ${ref}`);
    symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "dir");
  } catch (error) {
    remove();
    throw error;
  }
  return { dir, remove };
}

function resolveCommit(root: string, ref: string): string {
  try {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
    return execFileSync("git", args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    throw new UsageError(`--against takes a git ref of this repository, not "${ref}"`);
  }
}
