import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type TestCloud, testCloud } from "../support/cloud";

/** A course's programs, unchanged but for the endpoint, which boto3 takes from AWS_ENDPOINT_URL. */
const programs: readonly (readonly [title: string, program: string])[] = [
  [
    "stores prices from a stream as CSV objects named by sequence number",
    `
k, s3 = boto3.client('kinesis'), boto3.client('s3')
k.create_stream(StreamName='gecko', ShardCount=1, StreamModeDetails={'StreamMode': 'PROVISIONED'})
k.get_waiter('stream_exists').wait(StreamName='gecko')
summary = k.describe_stream_summary(StreamName='gecko')['StreamDescriptionSummary']
assert (summary['StreamStatus'], summary['OpenShardCount'], summary['RetentionPeriodHours']) == ('ACTIVE', 1, 24)
for coin, price in {'01coin': 0.00095, 'bitcoin': 64000.1}.items():
    k.put_record(StreamName='gecko', Data=json.dumps({'crypto': coin, 'price': price}), PartitionKey='shardId-000000000000')
s3.create_bucket(Bucket='data-lake')
it = k.get_shard_iterator(StreamName='gecko', ShardId='shardId-000000000000', ShardIteratorType='TRIM_HORIZON')['ShardIterator']
page = k.get_records(ShardIterator=it, Limit=100)
assert page['MillisBehindLatest'] == 0
for record in page['Records']:
    row = json.loads(record['Data'])
    s3.put_object(Bucket='data-lake', Key=f"raw/csv/{record['SequenceNumber']}.csv", Body=f"{row['crypto']},{row['price']}\\n")
keys = [o['Key'] for o in s3.list_objects_v2(Bucket='data-lake', Prefix='raw/csv/')['Contents']]
assert keys == [f"raw/csv/{r['SequenceNumber']}.csv" for r in page['Records']] and len(keys) == 2, keys
assert s3.get_object(Bucket='data-lake', Key=keys[0])['Body'].read() == b'01coin,0.00095\\n'
`,
  ],
  [
    "stores orders from a stream in a table by customer and order",
    `
k, tables = boto3.client('kinesis'), boto3.resource('dynamodb')
table = tables.create_table(TableName='OrderHistory',
    KeySchema=[{'AttributeName': 'CustomerID', 'KeyType': 'HASH'}, {'AttributeName': 'OrderID', 'KeyType': 'RANGE'}],
    AttributeDefinitions=[{'AttributeName': n, 'AttributeType': 'S'} for n in ('CustomerID', 'OrderID')],
    ProvisionedThroughput={'ReadCapacityUnits': 5, 'WriteCapacityUnits': 5})
table.wait_until_exists()
k.create_stream(StreamName='OrderHistory', ShardCount=2)
k.get_waiter('stream_exists').wait(StreamName='OrderHistory')
lines = [dict(InvoiceNo=str(536365 + i // 3), StockCode=f'{i}A', Quantity=i, UnitPrice=2.55, Customer='17850' if i % 2 else '12346') for i in range(30)]
answer = k.put_records(StreamName='OrderHistory', Records=[{'Data': json.dumps(l) + '\\n', 'PartitionKey': l['InvoiceNo']} for l in lines])
assert answer['FailedRecordCount'] == 0
for shard in k.list_shards(StreamName='OrderHistory')['Shards']:
    it = k.get_shard_iterator(StreamName='OrderHistory', ShardId=shard['ShardId'], ShardIteratorType='TRIM_HORIZON')['ShardIterator']
    with table.batch_writer() as batch:
        for record in k.get_records(ShardIterator=it)['Records']:
            d = json.loads(record['Data'], parse_float=Decimal)
            batch.put_item(Item={'CustomerID': d['Customer'], 'OrderID': f"{d['InvoiceNo']}-{d['StockCode']}", 'Quantity': d['Quantity'], 'UnitPrice': d['UnitPrice']})
found = table.query(KeyConditionExpression=Key('CustomerID').eq('17850') & Key('OrderID').begins_with('53636'))
assert found['Count'] == sum(l['Customer'] == '17850' and l['InvoiceNo'].startswith('53636') for l in lines), found
`,
  ],
  [
    "searches a stream by partition key, and fans out from a topic to queues",
    `
k, sns, sqs = boto3.client('kinesis'), boto3.client('sns'), boto3.client('sqs')
try:
    k.describe_stream(StreamName='people'); assert False
except k.exceptions.ResourceNotFoundException: pass
k.create_stream(StreamName='people', ShardCount=2)
while k.describe_stream(StreamName='people')['StreamDescription']['StreamStatus'] != 'ACTIVE': time.sleep(0.2)
for i in range(20): k.put_record(StreamName='people', Data=json.dumps({'rut': f'{i}-K', 'name': 'Ñandú'}).encode(), PartitionKey=f'{i}-K')
def records(shard):
    it = k.get_shard_iterator(StreamName='people', ShardId=shard, ShardIteratorType='TRIM_HORIZON')['ShardIterator']
    while True:
        page = k.get_records(ShardIterator=it, Limit=7)
        yield from page['Records']
        it = page['NextShardIterator']
        if not page['Records'] and page['MillisBehindLatest'] == 0: return
        time.sleep(0.2)
everyone = [r for s in k.list_shards(StreamName='people')['Shards'] for r in records(s['ShardId'])]
assert len(everyone) == 20
assert [json.loads(r['Data'])['name'] for r in everyone if r['PartitionKey'] == '17-K'] == ['Ñandú']
topic = sns.create_topic(Name='rules')['TopicArn']
for name in ('q1', 'q2'):
    url = sqs.create_queue(QueueName=name, Attributes={'MessageRetentionPeriod': '1209600', 'ReceiveMessageWaitTimeSeconds': '20'})['QueueUrl']
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
    policy = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'sns.amazonaws.com'}, 'Action': 'sqs:SendMessage', 'Resource': arn, 'Condition': {'ArnEquals': {'aws:SourceArn': topic}}}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={'Policy': json.dumps(policy)})
    sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=arn)
sns.publish(TopicArn=topic, Message='a rule matched')
for name in ('q1', 'q2'):
    messages = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName=name)['QueueUrl'])['Messages']
    assert json.loads(messages[0]['Body'])['Message'] == 'a rule matched'
`,
  ],
];

const IMPORTS = `
import json, time, boto3
from decimal import Decimal
from boto3.dynamodb.conditions import Key
`;

/** A Python with boto3: PYTHON, else python3. */
const python = process.env.PYTHON ?? "python3";

describe("A program in Python with boto3", function () {
  this.timeout(300_000);
  let world: TestCloud;
  before(async function () {
    if (spawnSync(python, ["-c", "import boto3"]).status !== 0) {
      process.stderr.write(`    skipped: ${python} has no boto3; PYTHON names another Python\n`);
      this.skip();
    }
    world = await testCloud();
  });
  after(() => world?.stop());

  for (const [title, program] of programs)
    it(title, async () => {
      const { endpoint, region, credentials } = world.cloud;
      const child = spawn(python, ["-W", "ignore", "-c", IMPORTS + program], {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: endpoint,
          AWS_DEFAULT_REGION: region,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        },
      });
      const closed = once(child, "close");
      const stderr = await text(child.stderr);
      assert.deepEqual([(await closed)[0], stderr], [0, ""]);
    });
});
