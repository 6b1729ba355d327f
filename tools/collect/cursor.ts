import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "../kit/errors";
import { readIfThere, writeAtomic } from "../kit/files";

/** Where a collection resumes. */
export interface CursorFile {
  readonly path: string;
  readonly read: () => string | undefined;
  readonly write: (cursor: string) => void;
  readonly forget: () => void;
}

/** The cursor of what is collected from one source to one destination: `what` tells them apart. */
export function cursorFile(dir: string, source: string, what: readonly string[]): CursorFile {
  const id = createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 12);
  const path = join(resolve(dir), "collect", `${source}-${id}.json`);
  return {
    path,
    read: () => {
      const text = readIfThere(path)?.toString("utf8");
      if (text === undefined) return undefined;
      try {
        const { cursor } = JSON.parse(text) as { cursor: unknown };
        if (typeof cursor === "string") return cursor;
      } catch {}
      throw new Failure(`${path} is damaged: delete it, or begin at the present with --restart`);
    },
    write: (cursor) =>
      writeAtomic(path, `${JSON.stringify({ cursor, collected: what })}\n`, { private: true }),
    forget: () => rmSync(path, { force: true }),
  };
}

/** A cursor that is not kept. */
export const noCursor: CursorFile = { path: "", read: () => undefined, write: () => {}, forget: () => {} };
