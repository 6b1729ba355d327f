import { randomUUID } from "node:crypto";
import type { Moment } from "./evaluate";
import { formatTimestamp } from "./timestamp";

/** The part of an object's key that follows its prefix. */
export const objectName = (stream: string, version: number, { time, zone }: Moment): string =>
  `${stream}-${version}-${formatTimestamp("yyyy-MM-dd-HH-mm-ss", time, zone)}-${randomUUID()}`;
