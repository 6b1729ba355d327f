import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Report } from "../../sql/library/model";
import { UsageError } from "../../tools/kit/errors";
import type { Output } from "../../tools/kit/output";
import { type Given, textOption } from "../arguments";
import { type FormatName, formatNames, formats, isFormat, suffixes } from "../render/formats";
import type { RenderInput } from "../render/model";
import { visible } from "../render/text";
import type { Surroundings } from "../surroundings";

/** Where a result goes and in which format, decided before anything is run. */
export interface Delivery {
  readonly format: FormatName;
  /** Absent: standard output. */
  readonly file?: string;
}

export function deliveryOf(
  given: Given,
  { name, chart }: Pick<Report, "name" | "chart">,
  { stdout }: Surroundings,
): Delivery {
  const delivery = chosen(given, name, stdout.isTTY);
  if (delivery.format === "svg" && !chart)
    throw new UsageError(`${name} has no chart, so no svg; take another format`);
  return delivery;
}

function chosen(given: Given, name: string, terminal: boolean): Delivery {
  const [asked, out, folder] = [
    textOption(given, "format"),
    textOption(given, "out"),
    textOption(given, "out-dir"),
  ];
  if (out !== undefined && folder !== undefined)
    throw new UsageError("--out and --out-dir exclude each other");
  if (asked !== undefined && !isFormat(asked))
    throw new UsageError(`--format takes one of ${formatNames.join(", ")}, not "${asked}"`);
  if (folder !== undefined) {
    const format = asked ?? "csv";
    return { format, file: join(folder, `${name}.${suffixOf(format)}`) };
  }
  if (out === undefined) return { format: asked ?? (terminal ? "table" : "csv") };
  const format = asked ?? suffixes[out.slice(out.lastIndexOf(".") + 1).toLowerCase()];
  if (!format)
    throw new UsageError(
      `no format is known by the suffix of "${out}" (${Object.keys(suffixes).join(", ")}); give --format`,
    );
  return { format, file: out };
}

const suffixOf = (format: FormatName): string =>
  Object.keys(suffixes).find((suffix) => suffixes[suffix] === format) ?? format;

export async function deliver(
  delivery: Delivery,
  given: Given,
  input: RenderInput,
  { stdout, signal }: Surroundings,
): Promise<void> {
  const render = await formats[delivery.format]();
  const pieces = render(input, {
    raw: given.raw === true,
    chart: given.chart === true,
    ...(delivery.file === undefined && terminalOf(stdout)),
  });
  if (delivery.file === undefined) {
    // The table escapes what it shows, and colours its chart; other formats keep the data's bytes except on a terminal.
    const harmless = stdout.isTTY && delivery.format !== "table" ? withoutControls : (piece: string) => piece;
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await stdout.write(harmless(piece));
    }
    return;
  }
  await mkdir(dirname(delivery.file), { recursive: true });
  const unfinished = `${delivery.file}.${randomUUID().slice(0, 8)}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(unfinished), signal ? { signal } : {});
    await rename(unfinished, delivery.file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** A terminal's width and its leave to use colour; nothing where the text goes elsewhere. */
export const terminalOf = ({ isTTY, columns }: Output): { width?: number; colour?: boolean } =>
  isTTY ? { colour: true, ...(columns !== undefined && { width: columns }) } : {};

const withoutControls = (piece: string): string =>
  piece
    .split(/([\n\t])/)
    .map((part, at) => (at % 2 === 1 ? part : visible(part)))
    .join("");
