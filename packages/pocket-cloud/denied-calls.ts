import { AwsError } from "./errors";
import { type ConditionKeys, conditionKeysOf, type Identities } from "./service";

/** A call that IAM refused. */
export interface DeniedCall {
  readonly time: number;
  readonly callerArn: string;
  /** The role whose policies lacked the statement. */
  readonly roleArn?: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** The keys of the request that a policy's conditions compare, such as s3:prefix. */
  readonly conditionKeys?: ConditionKeys;
  readonly message: string;
}

/** A loop of denied calls must not grow the process. */
const KEPT = 200;

/** The last denied calls, oldest first. CloudTrail would have them in AWS. */
export class DeniedCalls {
  readonly #calls: DeniedCall[] = [];

  get calls(): readonly DeniedCall[] {
    return this.#calls;
  }

  /** The same identities, whose denials are recorded. */
  recording(identities: Identities, now: () => number): Identities {
    return {
      ...identities,
      authorize: (caller, action, resources, given, ...rest) => {
        try {
          identities.authorize(caller, action, resources, given, ...rest);
        } catch (error) {
          if (error instanceof AwsError && error.status === 403) {
            const conditionKeys = conditionKeysOf(given ?? {});
            this.#add({
              time: now(),
              callerArn: caller.arn,
              ...(caller.role && { roleArn: caller.role.arn }),
              action,
              resources,
              ...(Object.keys(conditionKeys).length > 0 && { conditionKeys }),
              message: error.message,
            });
          }
          throw error;
        }
      },
    };
  }

  #add(call: DeniedCall): void {
    this.#calls.push(call);
    if (this.#calls.length > KEPT) this.#calls.shift();
  }
}
