/** Types that cost nothing by themselves; what they are about has its own line. */
const FREE: readonly RegExp[] = [
  /^aws:iam\//,
  /^aws:athena\/(namedQuery|preparedStatement):/,
  // Those without actions are.
  /^aws:budgets\/budget:/,
  // What is logged is counted with who logs.
  /^aws:cloudwatch\/(logGroup|logStream):/,
  // The first million objects of the catalogue are.
  /^aws:glue\/(catalogDatabase|catalogTable|classifier|securityConfiguration):/,
  /^aws:kms\/alias:/,
  /^aws:lambda\/(functionEventInvokeConfig|permission):/,
  // Objects are counted with who writes them.
  /^aws:s3\/bucket/,
  /^aws:sns\/(topicPolicy|topicSubscription):/,
  // Standard parameters are.
  /^aws:ssm\/parameter:/,
];

export const isFree = (type: string): boolean => FREE.some((free) => free.test(type));
