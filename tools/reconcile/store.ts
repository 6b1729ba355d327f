import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";

export async function countItems(dynamodb: DynamoDBClient, TableName: string): Promise<number> {
  let items = 0;
  for await (const page of paginateScan(
    { client: dynamodb },
    { TableName, Select: "COUNT", ConsistentRead: true },
  ))
    items += page.Count ?? 0;
  return items;
}
