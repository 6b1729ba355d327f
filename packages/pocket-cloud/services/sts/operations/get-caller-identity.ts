import type { Operations } from "../../../service";

/** Needs no permission: everyone may ask who they are. */
export const getCallerIdentity: NonNullable<Operations<"sts">["GetCallerIdentity"]> = {
  actions: [],
  run: (_input, { caller }) => ({ UserId: caller.userId, Account: caller.accountId, Arn: caller.arn }),
};
