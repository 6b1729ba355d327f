import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ALERTS_KEY, readAlerts } from "../../analytics/site/alerts";
import type { SiteAlert, SiteFile } from "../../analytics/site/model";

/** The folder of the bucket that is served. */
const SITE_FOLDER = "site/";
/** The folder with what the function remembers. It is not served. */
const STATE_FOLDER = "publishing/";
const DELIVERIES_KEY = `${STATE_FOLDER}deliveries.json`;
/** Files that are written at once. */
const WIDTH = 8;

/** Messages sent, by page and channel: when the last one was sent, ISO 8601. */
export type Deliveries = Readonly<Record<string, string>>;

/** The published files, and what the function remembers, in the lake's bucket. */
export class SiteStore {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Writes the last file, the home page, when all others are there; then deletes files of pages that are no longer listed. */
  async writeSite(files: readonly SiteFile[], isKept: (path: string) => boolean): Promise<void> {
    const [home, ...others] = [...files].reverse();
    const left = [...others].reverse();
    const worker = async () => {
      for (let file = left.shift(); file; file = left.shift()) await this.#putFile(file);
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
    if (home) await this.#putFile(home);
    const current = new Set(files.map(({ path }) => SITE_FOLDER + path));
    const stale = (await this.#keys(SITE_FOLDER)).filter(
      (key) => !current.has(key) && !isKept(key.slice(SITE_FOLDER.length)),
    );
    for (let at = 0; at < stale.length; at += 1000)
      await this.s3.send(
        new DeleteObjectsCommand({
          Bucket: this.bucket,
          Delete: { Objects: stale.slice(at, at + 1000).map((Key) => ({ Key })), Quiet: true },
        }),
        { abortSignal: this.signal },
      );
  }

  #putFile({ path, body, contentType }: SiteFile): Promise<void> {
    return this.#put(SITE_FOLDER + path, body, contentType);
  }

  async readAlerts(): Promise<SiteAlert[]> {
    const text = await this.#read(ALERTS_KEY);
    return text === undefined ? [] : readAlerts(text);
  }

  writeAlerts(alerts: readonly SiteAlert[]): Promise<void> {
    return this.#put(ALERTS_KEY, JSON.stringify(alerts), "application/json");
  }

  async readDeliveries(): Promise<Deliveries> {
    return JSON.parse((await this.#read(DELIVERIES_KEY)) ?? "{}") as Deliveries;
  }

  writeDeliveries(deliveries: Deliveries): Promise<void> {
    return this.#put(DELIVERIES_KEY, JSON.stringify(deliveries), "application/json");
  }

  /** S3 encrypts with its own key: CloudFront needs no right to the stack's key for what is published anyway. */
  async #put(key: string, body: string, contentType: string): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      CacheControl: "max-age=60",
      ServerSideEncryption: "AES256",
    });
    await this.s3.send(command, { abortSignal: this.signal });
  }

  /** Undefined for an object that the listing does not have: GetObject would answer AccessDenied for it. */
  async #read(key: string): Promise<string | undefined> {
    if (!(await this.#keys(key)).includes(key)) return undefined;
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }), {
      abortSignal: this.signal,
    });
    return (await Body?.transformToString()) ?? "";
  }

  async #keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    const pages = paginateListObjectsV2(
      { client: this.s3 },
      { Bucket: this.bucket, Prefix: prefix },
      { abortSignal: this.signal },
    );
    for await (const { Contents = [] } of pages) keys.push(...Contents.map(({ Key = "" }) => Key));
    return keys;
  }
}
