import { readFileSync } from "node:fs";

/** Whether a process runs. One that has ended, but whose parent has not waited for it, does not: in a container it may stay so. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !hasEnded(pid);
}

/** Only Linux has this file. The state follows the name in parentheses; Z is a zombie (proc_pid_stat(5)). */
function hasEnded(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}
