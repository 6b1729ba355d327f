import { type Entry, openPromise, type ZipFile } from "yauzl";

/** The parts of a workbook, which is a ZIP archive. */
export class Archive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  static async open(path: string): Promise<Archive> {
    const zip = await openPromise(path, { autoClose: false, lazyEntries: true });
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    return new Archive(zip, entries);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** A part's text in pieces; empty when there is no such part. */
  async *text(name: string): AsyncGenerator<string> {
    const entry = this.entries.get(name);
    if (!entry) return;
    const stream = await this.zip.openReadStreamPromise(entry);
    stream.setEncoding("utf8");
    for await (const piece of stream) yield String(piece);
  }

  close(): void {
    this.zip.close();
  }
}
