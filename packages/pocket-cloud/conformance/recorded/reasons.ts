/** Why an answer here differs from the recorded one, by the name of the test and answer. The first that matches counts. */
export const reasons: readonly (readonly [match: RegExp, reason: string])[] = [];
