import { estimators } from "./estimators";
import { type CostLine, type Estimate, lineIn, type Priced, priceDate } from "./model";

export type { CostLine, Estimate, Priced } from "./model";

/** The monthly cost of a stack, line by line. */
export function estimate(resources: readonly Priced[], region: string): Estimate {
  const line = lineIn(region);
  const lines = withAlarmsMerged(
    resources.filter(isPaid).flatMap((resource) => {
      const estimated = estimators[resource.type]?.(resource, line, resources);
      return estimated || [line(resource.name, resource.type, 1)];
    }),
  );
  const known = lines.flatMap(({ usd }) => usd ?? []);
  return {
    region,
    asOf: priceDate,
    lines,
    usd: known.reduce((sum, usd) => sum + usd, 0),
    unknown: lines.length - known.length,
  };
}

/** Components, providers and the stack itself cost nothing either. */
const isPaid = ({ type }: Priced): boolean =>
  type.startsWith("aws:") && !FREE.some((free) => free.test(type));

/** Types without a price of their own. */
const FREE: readonly RegExp[] = [
  /^aws:iam\//,
  /^aws:athena\/(namedQuery|preparedStatement):/,
  /^aws:cloudfront\/(originAccessControl|responseHeadersPolicy):/,
  // Budgets without actions are free.
  /^aws:budgets\/budget:/,
  // Logs are priced with the functions that write them. CloudFront delivers its logs to S3 without a charge.
  /^aws:cloudwatch\/(logGroup|logStream|logDelivery(Source|Destination)?):/,
  // The first million objects in the Glue catalogue are free.
  /^aws:glue\/(catalogDatabase|catalogTable|classifier|securityConfiguration):/,
  /^aws:kms\/alias:/,
  /^aws:lambda\/(functionEventInvokeConfig|invocation|permission):/,
  // Objects are priced with the deliveries and functions that write them.
  /^aws:s3\/bucket/,
  /^aws:sns\/(topicPolicy|topicSubscription):/,
  /^aws:sqs\/queuePolicy:/,
  // Standard parameters are free.
  /^aws:ssm\/parameter:/,
];

/** One line for all alarms. */
function withAlarmsMerged(lines: readonly CostLine[]): readonly CostLine[] {
  const alarms = lines.filter(({ unit }) => unit === "alarms");
  const [first] = alarms;
  if (!first) return lines;
  const quantity = alarms.reduce((sum, alarm) => sum + (alarm.quantity ?? 0), 0);
  const usd = first.rate === undefined ? undefined : quantity * first.rate;
  return [...lines.filter(({ unit }) => unit !== "alarms"), { ...first, item: "alarms", quantity, usd }];
}
