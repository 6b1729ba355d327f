"""What a data engineer does on a day, with boto3 against the endpoint of the environment. Prints one JSON object."""

import io
import json
import time
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

said = {}

kinesis = boto3.client("kinesis")
kinesis.create_stream(StreamName="clicks", ShardCount=1)
kinesis.get_waiter("stream_exists").wait(StreamName="clicks", WaiterConfig={"Delay": 1})
kinesis.put_record(StreamName="clicks", PartitionKey="a", Data=b"one")
kinesis.put_records(StreamName="clicks", Records=[{"PartitionKey": "b", "Data": b"two"}])
shard = kinesis.list_shards(StreamName="clicks")["Shards"][0]["ShardId"]
iterator = kinesis.get_shard_iterator(
    StreamName="clicks", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
)["ShardIterator"]
said["records"] = [record["Data"].decode() for record in kinesis.get_records(ShardIterator=iterator)["Records"]]

# Four signatures: path style keeps the bucket out of the host's name.
s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
for bucket in ("lake", "results"):
    s3.create_bucket(Bucket=bucket)
large = bytes(range(256)) * (6 * 4096)
parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
s3.upload_fileobj(io.BytesIO(large), "lake", "large.bin", Config=parts)
back = io.BytesIO()
s3.download_fileobj("lake", "large.bin", back)
said["multipart"] = [back.getvalue() == large, s3.head_object(Bucket="lake", Key="large.bin")["ETag"][-3:]]
for name in ("a", "b", "c"):
    s3.put_object(Bucket="lake", Key=f"many/{name}", Body=name)
pages = list(
    s3.get_paginator("list_objects_v2").paginate(
        Bucket="lake", Delimiter="/", PaginationConfig={"PageSize": 1}
    )
)
said["listed"] = sorted(
    [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
    + [one["Key"] for page in pages for one in page.get("Contents", [])]
)
url = s3.generate_presigned_url("get_object", Params={"Bucket": "lake", "Key": "many/a"}, ExpiresIn=60)
said["presigned"] = urllib.request.urlopen(url).read().decode()
try:
    s3.get_object(Bucket="lake", Key="nothing")
except ClientError as error:
    said["missing"] = error.response["Error"]["Code"]

s3.put_object(Bucket="lake", Key="landing/sales/dt=2026-01-01/a.csv", Body='id,name,price\n1,ann,1.5\n2,"bob, jr",2.5\n')
role = boto3.client("iam").create_role(
    RoleName="crawler",
    AssumeRolePolicyDocument=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)["Role"]["Arn"]
boto3.client("iam").put_role_policy(
    RoleName="crawler",
    PolicyName="crawl",
    PolicyDocument=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["s3:*", "glue:*", "logs:*"], "Resource": "*"}],
        }
    ),
)
glue = boto3.client("glue")
glue.create_database(DatabaseInput={"Name": "market"})
glue.create_crawler(
    Name="landing", Role=role, DatabaseName="market", Targets={"S3Targets": [{"Path": "s3://lake/landing/sales/"}]}
)
glue.start_crawler(Name="landing")
while glue.get_crawler(Name="landing")["Crawler"]["State"] != "READY":
    time.sleep(0.1)
said["crawled"] = [
    [table["Name"], [column["Type"] for column in table["StorageDescriptor"]["Columns"]]]
    for page in glue.get_paginator("get_tables").paginate(DatabaseName="market")
    for table in page["TableList"]
]

athena = boto3.client("athena")


def start(sql):
    return athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": "market"},
        ResultConfiguration={"OutputLocation": "s3://results/"},
    )["QueryExecutionId"]


def ended(query):
    while True:
        execution = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return execution
        time.sleep(0.05)


query = start("SELECT name, price FROM sales WHERE dt = '2026-01-01' ORDER BY id")
said["query"] = ended(query)["Status"]["State"]
said["rows"] = [
    [cell.get("VarCharValue") for cell in row["Data"]]
    for page in athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=query, PaginationConfig={"PageSize": 2}
    )
    for row in page["ResultSet"]["Rows"]
]
said["failed"] = ended(start("SELECT 1 / 0"))["Status"]["StateChangeReason"]
ten_thousand = "UNNEST(sequence(1, 10000))"
endless = start(
    f"SELECT count(*) FROM {ten_thousand} a(x) CROSS JOIN {ten_thousand} b(y) CROSS JOIN {ten_thousand} c(z) WHERE x * y * z % 7 = 1"
)
athena.stop_query_execution(QueryExecutionId=endless)
said["stopped"] = ended(endless)["Status"]["State"]
print(json.dumps(said))
