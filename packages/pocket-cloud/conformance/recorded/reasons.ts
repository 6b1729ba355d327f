/** Why an answer here differs, by service, test, answer and difference. The first that matches counts. */
export const reasons: readonly (readonly [match: RegExp, reason: string])[] = [];
