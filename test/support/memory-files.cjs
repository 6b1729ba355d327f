// Temporary files of `npm test` lie in memory, where Linux has room for them: thousands of small state directories are made
// and removed, which takes twice as much CPU on a disk.
const { statfsSync } = require("node:fs");

const MEMORY = "/dev/shm";
/** The tests take 100 MB at most at a time. In a container there are often 64 MB only. */
const ROOM = 2 ** 30;

function hasRoom() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

if (process.platform === "linux" && process.env.TMPDIR === undefined && hasRoom())
  process.env.TMPDIR = MEMORY;
