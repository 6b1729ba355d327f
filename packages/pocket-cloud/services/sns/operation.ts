import type { Input, OperationName, Output } from "../../models";
import type { CloudContext, Operation } from "../../service";
import type { Deliverer } from "./deliverer";
import type { TopicStore } from "./store";

export interface Sns {
  readonly cloud: CloudContext;
  readonly store: TopicStore;
  readonly deliverer: Deliverer;
}

export type SnsOperation<O extends OperationName<"sns">> = Operation<Input<"sns", O>, Output<"sns", O>>;

export const ofTopic = (input: { TopicArn?: string | undefined }) => [input.TopicArn ?? ""];
export const PAGE = 100;

export function pageOf<T>(all: readonly T[], token: string | undefined): { items: T[]; NextToken?: string } {
  const from = Number(token ?? 0);
  const items = all.slice(from, from + PAGE);
  return from + PAGE < all.length ? { items, NextToken: String(from + PAGE) } : { items };
}
