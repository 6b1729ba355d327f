import type { Killed } from "./killed";

const COINS = 250;

/** What the kills have cost; nothing, if all is well. */
export function verdictOn({ slots, reconciliations }: Killed): string[] {
  const violations = reconciliations.flatMap(({ feed, findings }) =>
    findings.map(({ message }) => `${feed} ${message}`),
  );
  const crypto = reconciliations.find(({ feed }) => feed === "crypto");
  const events = (crypto?.hours ?? []).reduce((total, hour) => total + hour.view, 0);
  if (events !== slots * COINS)
    violations.push(`${events} events of ${slots} slots with ${COINS} coins each`);
  const samples = { retail: 982, stocks: 888, posts: 457 } as const;
  for (const [name, wanted] of Object.entries(samples)) {
    const found = reconciliations.find(({ feed }) => feed === name);
    const rows = (found?.hours ?? []).reduce((total, hour) => total + hour.view, 0);
    if (rows !== wanted) violations.push(`${rows} of ${wanted} events of the sample of ${name}`);
  }
  return violations;
}
