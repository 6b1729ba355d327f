"""DuckDB reads and writes S3 with its extension httpfs. Prints what it saw as JSON."""

import gzip
import json
import os
import pathlib
import sys

import boto3
import duckdb

s3 = boto3.client("s3")
s3.create_bucket(Bucket="ducks")
for day, rows in {"2026-01-15": "btc,1.5\neth,2.5\n", "2026-01-16": "btc,3.5\n"}.items():
    s3.put_object(Bucket="ducks", Key=f"csv/dt={day}/part.csv.gz", Body=gzip.compress(rows.encode()))

# The extension is in a package beside DuckDB's, so that nothing is downloaded.
extensions = pathlib.Path(duckdb.__file__).parent.parent / "duckdb_ext" / "extensions"
connection = duckdb.connect(config={"extension_directory": str(extensions), "autoinstall_known_extensions": False})
connection.execute("LOAD httpfs")
connection.execute(
    f"""
    CREATE SECRET (
      TYPE s3, KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}',
      REGION 'us-east-1', ENDPOINT '{os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")}',
      URL_STYLE 'path', USE_SSL false
    )
    """
)
seen = {}
seen["csv"] = connection.execute(
    """
    SELECT symbol, sum(price), min(dt)::varchar
    FROM read_csv('s3://ducks/csv/*/*.csv.gz', hive_partitioning = true, columns = {'symbol': 'VARCHAR', 'price': 'DOUBLE'})
    GROUP BY symbol ORDER BY symbol
    """
).fetchall()
connection.execute(
    """
    COPY (SELECT range AS n, 'x' || range % 3 AS part FROM range(100000))
    TO 's3://ducks/parquet' (FORMAT parquet, PARTITION_BY (part), OVERWRITE_OR_IGNORE)
    """
)
seen["parquet"] = connection.execute(
    "SELECT part, count(*), sum(n)::bigint FROM 's3://ducks/parquet/*/*.parquet' GROUP BY part ORDER BY part"
).fetchall()
seen["pushed"] = connection.execute(
    "SELECT count(*) FROM read_parquet('s3://ducks/parquet/**/*.parquet', hive_partitioning = true) WHERE part = 'x1' AND n > 99990"
).fetchone()[0]
seen["globbed"] = connection.execute("SELECT count(*) FROM glob('s3://ducks/csv/**')").fetchone()[0]
try:
    connection.execute("SELECT * FROM 's3://ducks/absent.parquet'")
except duckdb.Error as error:
    seen["missing"] = "404" in str(error) or "No files found" in str(error)
json.dump(seen, sys.stdout)
