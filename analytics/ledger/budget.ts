import { Refusal } from "../../tools/kit/errors";
import { costText } from "../plan/units";
import type { Ledger } from "./ledger";

export const monthOf = (now: number): string => new Date(now).toJSON().slice(0, 7);
const warnFrom = 0.8;

/** Refuses what would go over the month's budget; a warning from four fifths of it. */
export async function checkBudget(
  ledger: Ledger,
  cost: number,
  now: number,
  allowed: boolean,
): Promise<string | undefined> {
  const budget = await ledger.budget();
  if (budget === undefined) return undefined;
  const spent = (await ledger.month(monthOf(now))).reduce((total, entry) => total + entry.costUsd, 0);
  const text = `${costText(spent)} of this month's ${costText(budget)} are spent`;
  if (spent + cost > budget && !allowed)
    throw new Refusal(
      `refused: ${text} and this query adds about ${costText(cost)}; raise the budget (history --budget) or give --allow-over-budget`,
    );
  return spent + cost > budget * warnFrom ? `budget: ${text}` : undefined;
}
