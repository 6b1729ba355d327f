import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import type { Crawlers } from "./crawler/crawlers";
import { invalidInput } from "./errors";
import type { GlueStore } from "./store";

type Name = OperationName<"glue">;
type GlueOperation<O extends Name> = Operation<Input<"glue", O>, Output<"glue", O>>;

/** Makes an operation on the Data Catalog. */
export type Make<O extends Name> = (store: GlueStore) => GlueOperation<O>;

/** Makes an operation on crawlers. */
export type MakeForCrawlers<O extends Name> = (crawlers: Crawlers) => GlueOperation<O>;

interface NamesDatabase {
  readonly DatabaseName: string | undefined;
}

interface NamesTable extends NamesDatabase {
  readonly TableName: string | undefined;
}

/** IAM resources of operations on a table's partitions, indexes and versions. */
export const onTable = (store: GlueStore) => ({
  resources: (input: NamesTable) => store.catalogueArns(input.DatabaseName, input.TableName),
});

export const onCrawler = ({ store }: Crawlers) => ({
  resources: (input: { Name?: string | undefined; CrawlerName?: string | undefined }) => [
    store.arn(`crawler/${input.Name ?? input.CrawlerName ?? ""}`),
  ],
});

interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page of a list. The token encodes the index at which the next page begins. */
export function pageOf<T>(
  items: readonly T[],
  request: PageRequest,
  largest = 100,
): { page: T[]; NextToken?: string } {
  const start = request.NextToken === undefined ? 0 : readToken(request.NextToken);
  const page = items.slice(start, start + Math.min(request.MaxResults ?? largest, largest));
  const end = start + page.length;
  return { page, ...(end < items.length && { NextToken: Buffer.from(`from ${end}`).toString("base64") }) };
}

function readToken(token: string): number {
  const match = /^from (\d+)$/.exec(Buffer.from(token, "base64").toString());
  if (!match) throw invalidInput("Invalid pagination token provided");
  return Number(match[1]);
}
