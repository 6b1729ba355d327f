import { join } from "node:path";
import type { Budget, NotificationWithSubscribers } from "@aws-sdk/client-budgets";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import type { Tags } from "../shared/tags";

export interface BudgetRecord {
  budget: Budget;
  notifications: NotificationWithSubscribers[];
  tags: Tags;
}

export class BudgetStore {
  readonly records: Collection<BudgetRecord>;

  constructor(readonly cloud: CloudContext) {
    this.records = new Collection(join(cloud.dir, "budgets"), "budgets");
  }

  arn(name: string | undefined): string {
    return `arn:aws:budgets::${this.cloud.accountId}:budget/${name}`;
  }

  /** The resource of IAM checks. */
  readonly arnsOf = ({ BudgetName }: { BudgetName?: string | undefined }): string[] => [this.arn(BudgetName)];

  find(name: string | undefined): BudgetRecord {
    const found = this.records.get(name ?? "");
    if (found) return found;
    throw new AwsError("NotFoundException", `Unable to get budget: ${name} - the budget doesn't exist.`);
  }

  save(record: BudgetRecord): Record<string, never> {
    this.records.set(record.budget.BudgetName ?? "", record);
    return {};
  }
}

/** IAM has one action for all reads of budgets and one for all changes. */
export const VIEW = ["budgets:ViewBudget"];
export const MODIFY = ["budgets:ModifyBudget"];
