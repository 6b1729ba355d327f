import { hostname } from "node:os";

/** Names this process in a lease. */
export const leaseOwner = (): string => `${hostname()}, process ${process.pid}`;

/** Whether a lease's owner was a process of this machine that no longer runs, so that nobody has to wait for its lease. */
export function isDeadOwner(owner: string): boolean {
  const start = `${hostname()}, process `;
  const pid = Number(owner.slice(start.length));
  return owner.startsWith(start) && Number.isSafeInteger(pid) && pid > 0 && !isRunning(pid);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
