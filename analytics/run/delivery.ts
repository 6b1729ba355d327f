import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure, UsageError } from "../../tools/kit/errors";
import { type Output, showsColours } from "../../tools/kit/output";
import type { Context } from "../context";
import { type FormatName, formats, suffixes } from "../render/formats";
import type { RenderInput } from "../render/model";
import { visible } from "../render/text";
import type { QueryOptions } from "./options";

/** Format and destination of a result. */
export interface Destination {
  readonly format: FormatName;
  /** Standard output if absent. */
  readonly file?: string;
}

export function destinationOf(
  options: QueryOptions,
  { name, hasChart }: { readonly name: string; readonly hasChart: boolean },
  { stdout }: Context,
): Destination {
  const destination = chooseDestination(options, name, stdout.isTTY);
  if (destination.format === "svg" && !hasChart)
    throw new UsageError(`${name} has no chart, so there is no svg; choose another format`);
  return destination;
}

function chooseDestination(
  { format, out, "out-dir": folder }: QueryOptions,
  name: string,
  isTTY: boolean,
): Destination {
  if (out !== undefined && folder !== undefined)
    throw new UsageError("--out and --out-dir exclude each other");
  if (folder !== undefined) {
    const suffix = Object.keys(suffixes).find((known) => suffixes[known] === (format ?? "csv"));
    return { format: format ?? "csv", file: join(folder, `${name}.${suffix}`) };
  }
  if (out === undefined) return { format: format ?? (isTTY ? "table" : "csv") };
  const chosen = format ?? suffixes[out.slice(out.lastIndexOf(".") + 1).toLowerCase()];
  if (!chosen)
    throw new UsageError(
      `the suffix of "${out}" is not one of ${Object.keys(suffixes).join(", ")}; give --format`,
    );
  return { format: chosen, file: out };
}

/** Renders a result and writes it. A file appears only when it is complete. */
export async function deliver(
  { format, file }: Destination,
  { raw, chart }: QueryOptions,
  input: RenderInput,
  { stdout, stderr, signal }: Context,
): Promise<void> {
  const missing = chart || format === "svg" ? missingChart(format, input) : undefined;
  if (missing !== undefined && format === "svg") throw new Failure(missing);
  if (missing !== undefined) await stderr.write(`${missing}\n`);
  const render = formats[format]();
  const pieces = render(input, { raw, chart, ...(file === undefined && terminalOf(stdout)) });
  if (file === undefined) {
    // A table escapes control characters itself. The other formats keep the data's bytes except on a terminal.
    const encode =
      stdout.isTTY && format !== "table" && format !== "records" ? escapeControls : (piece: string) => piece;
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await stdout.write(encode(piece));
    }
    return;
  }
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${randomUUID().slice(0, 8)}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(unfinished), signal ? { signal } : {});
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

const formatsWithChart = ["table", "html", "svg"] as const satisfies readonly FormatName[];

/** Why no chart is drawn; undefined when one is. */
function missingChart(format: FormatName, { title, chart, noChart }: RenderInput): string | undefined {
  if (!formatsWithChart.some((each) => each === format))
    return `no chart: ${format} shows none; choose --format ${formatsWithChart.join(", ")}`;
  return chart ? undefined : `no chart: ${noChart ?? `the report "${title}" has none`}`;
}

/** Width and colour of a terminal; neither for a file or a pipe. */
export const terminalOf = ({ isTTY, columns }: Output): { width?: number; colour?: boolean } =>
  isTTY ? { colour: showsColours(), ...(columns !== undefined && { width: columns }) } : {};

const escapeControls = (piece: string): string =>
  piece
    .split(/([\n\t])/)
    .map((part, at) => (at % 2 === 1 ? part : visible(part)))
    .join("");
