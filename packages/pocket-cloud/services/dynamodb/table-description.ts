import { randomUUID } from "node:crypto";
import type {
  CreateTableInput,
  GlobalSecondaryIndexDescription,
  SSESpecification,
  TableDescription,
  UpdateTableInput,
} from "@aws-sdk/client-dynamodb";
import type { Caller } from "../../caller";
import { validationError } from "../../errors";
import { keyForTable } from "./encryption";
import type { TableRecord, TableStore } from "./store";
import { describeIndexes } from "./table-indexes";

/** The warm throughput of a new on-demand table in AWS. A provisioned table has what is provisioned. */
const ON_DEMAND_WARM = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000 };

function warmThroughput(
  { WarmThroughput: given, ProvisionedThroughput: provisioned }: CreateTableInput | UpdateTableInput,
  before: TableDescription["WarmThroughput"] = {},
): TableDescription["WarmThroughput"] {
  const own = provisioned && {
    ReadUnitsPerSecond: provisioned.ReadCapacityUnits,
    WriteUnitsPerSecond: provisioned.WriteCapacityUnits,
  };
  return { ...ON_DEMAND_WARM, ...before, ...own, ...given, Status: "ACTIVE" };
}

export function newDescription(store: TableStore, input: CreateTableInput, caller: Caller): TableDescription {
  const name = store.nameOf(input.TableName);
  const now = new Date(store.cloud.clock.now());
  const sse = encryption(store, name, input.SSESpecification, caller);
  return {
    TableName: name,
    TableArn: store.arn(name),
    TableId: randomUUID(),
    TableStatus: "ACTIVE",
    CreationDateTime: now,
    AttributeDefinitions: input.AttributeDefinitions,
    KeySchema: input.KeySchema,
    ProvisionedThroughput: throughput(input),
    ...(isOnDemand(input) && {
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST", LastUpdateToPayPerRequestDateTime: now },
    }),
    ...describeIndexes(store.arn(name), input),
    ...(sse && { SSEDescription: sse }),
    ...(input.TableClass && { TableClassSummary: { TableClass: input.TableClass } }),
    DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
    WarmThroughput: warmThroughput(input),
    ...(input.OnDemandThroughput && { OnDemandThroughput: input.OnDemandThroughput }),
  };
}

export function updateDescription(
  store: TableStore,
  description: TableDescription,
  input: UpdateTableInput,
  caller: Caller,
): void {
  const now = new Date(store.cloud.clock.now());
  const sse = encryption(store, description.TableName ?? "", input.SSESpecification, caller);
  if (input.BillingMode)
    description.BillingModeSummary = {
      BillingMode: input.BillingMode,
      ...(isOnDemand(input) && { LastUpdateToPayPerRequestDateTime: now }),
    };
  if (input.ProvisionedThroughput || input.BillingMode) description.ProvisionedThroughput = throughput(input);
  if (input.TableClass)
    description.TableClassSummary = { TableClass: input.TableClass, LastUpdateDateTime: now };
  if (input.DeletionProtectionEnabled !== undefined)
    description.DeletionProtectionEnabled = input.DeletionProtectionEnabled;
  if (input.WarmThroughput) description.WarmThroughput = warmThroughput(input, description.WarmThroughput);
  if (input.OnDemandThroughput) description.OnDemandThroughput = input.OnDemandThroughput;
  if (!input.SSESpecification) return;
  if (sse) description.SSEDescription = sse;
  else delete description.SSEDescription;
}

/** An index without a warm throughput of its own has that of its mode (recorded by test_gsi_with_billing_mode). */
const withWarmth = (index: GlobalSecondaryIndexDescription): GlobalSecondaryIndexDescription => ({
  WarmThroughput: indexWarmth(index),
  ...index,
});

function indexWarmth({ ProvisionedThroughput }: GlobalSecondaryIndexDescription) {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = ProvisionedThroughput ?? {};
  const own = ReadCapacityUnits > 0 && {
    ReadUnitsPerSecond: ReadCapacityUnits,
    WriteUnitsPerSecond: WriteCapacityUnits,
  };
  return { ...ON_DEMAND_WARM, ...own, Status: "ACTIVE" as const };
}

/** The description with the current counts and sizes. */
export function describeTable(store: TableStore, { description }: TableRecord): TableDescription {
  const { data } = store.open(description.TableName);
  const withCount = <I extends { readonly IndexName?: string | undefined }>(index: I) => ({
    ...index,
    ItemCount: data.indexes.get(index.IndexName ?? "")?.count ?? 0,
    IndexSizeBytes: 0,
  });
  const { GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = description;
  return {
    ...description,
    ItemCount: data.main.count,
    TableSizeBytes: data.bytes,
    ...(global && { GlobalSecondaryIndexes: global.map(withWarmth).map(withCount) }),
    ...(local && { LocalSecondaryIndexes: local.map(withCount) }),
  };
}

/** On-demand tables and indexes begin with a throughput that a request cannot lower. */
function checkWarmThroughput(input: CreateTableInput): void {
  if (!isOnDemand(input)) return;
  const asked = [
    ["table", input.WarmThroughput] as const,
    ...(input.GlobalSecondaryIndexes ?? []).map(
      ({ IndexName, WarmThroughput }) => [`index ${IndexName}`, WarmThroughput] as const,
    ),
  ];
  for (const [what, warm = {}] of asked)
    for (const member of ["ReadUnitsPerSecond", "WriteUnitsPerSecond"] as const)
      if ((warm[member] ?? ON_DEMAND_WARM[member]) < ON_DEMAND_WARM[member])
        throw validationError(
          `One or more parameter values were invalid: Requested ${member} for WarmThroughput for ${what} is lower than initial throughput for OnDemand`,
        );
}

export function checkThroughput(input: CreateTableInput): void {
  checkWarmThroughput(input);
  if (isOnDemand(input) && input.ProvisionedThroughput)
    throw validationError(
      "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  if (!isOnDemand(input) && !input.ProvisionedThroughput)
    throw validationError(
      "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    );
}

type Throughput = Pick<UpdateTableInput, "BillingMode" | "ProvisionedThroughput">;

const isOnDemand = ({ BillingMode }: Throughput): boolean => BillingMode === "PAY_PER_REQUEST";

function throughput({ ProvisionedThroughput }: Throughput): TableDescription["ProvisionedThroughput"] {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = ProvisionedThroughput ?? {};
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits, WriteCapacityUnits };
}

function encryption(
  store: TableStore,
  name: string,
  sse: SSESpecification | undefined,
  caller: Caller,
): TableDescription["SSEDescription"] {
  if (!sse?.Enabled) return undefined;
  const KMSMasterKeyArn = keyForTable(store, name, sse.KMSMasterKeyId ?? "alias/aws/dynamodb", caller);
  return { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn };
}
