"""A session with awswrangler: pandas frames to Parquet with the catalogue, and back by SQL. Prints what it saw as JSON."""

import json
import sys

import awswrangler as wr
import boto3
import pandas as pd

BUCKET = "wrangled"
ROOT = f"s3://{BUCKET}/lake"
OUTPUT = f"s3://{BUCKET}/results/"

boto3.client("s3").create_bucket(Bucket=BUCKET)
boto3.client("athena").create_work_group(
    Name="wrangled", Configuration={"ResultConfiguration": {"OutputLocation": OUTPUT}}
)
wr.config.workgroup = "wrangled"
seen = {}

wr.catalog.create_database("market", exist_ok=True)
prices = pd.DataFrame(
    {
        "symbol": pd.Series(["btc", "eth", None], dtype="string"),
        "price": [97123.45, 3301.5, 1.0],
        "volume": pd.Series([10, None, 30], dtype="Int64"),
        "at": pd.to_datetime(["2026-01-15 12:00:00.123", "2026-01-15 13:00:00.000", "2026-01-16 00:00:00.000"]),
        "live": [True, False, True],
        "tags": [["a", "b"], [], ["c"]],
        "day": ["2026-01-15", "2026-01-15", "2026-01-16"],
    }
)


def write(frame, **options):
    return wr.s3.to_parquet(
        frame, path=f"{ROOT}/prices/", dataset=True, database="market", table="prices", partition_cols=["day"], **options
    )


written = write(prices, mode="overwrite", glue_table_settings=wr.typing.GlueTableSettings(description="prices"))
seen["partitions"] = sorted(values[0] for values in written["partitions_values"].values())
seen["types"] = wr.catalog.get_table_types("market", "prices")

query = "SELECT symbol, price, volume, at, live, tags, day FROM prices ORDER BY price DESC"
for name, options in {
    "ctas": {"ctas_approach": True},
    "plain": {"ctas_approach": False},
    "unload": {"ctas_approach": False, "unload_approach": True, "s3_output": f"s3://{BUCKET}/unloaded/"},
}.items():
    chosen = query if name != "plain" else query.replace("tags, ", "")
    frame = wr.athena.read_sql_query(chosen, database="market", **options)
    seen[name] = {
        "rows": json.loads(frame.to_json(orient="values", date_format="iso")),
        "types": {column: str(kind) for column, kind in frame.dtypes.items()},
        "scanned": getattr(frame, "query_metadata", {}).get("Statistics", {}).get("DataScannedInBytes", 0) > 0,
    }

more = prices.assign(price=prices["price"] + 1, source="second")
write(more.iloc[:1], mode="append", schema_evolution=True)
write(more.iloc[2:], mode="overwrite_partitions")
counts = wr.athena.read_sql_query(
    "SELECT day, count(*) AS n, max(price) AS top, max(source) AS source FROM prices GROUP BY day ORDER BY day",
    database="market",
    ctas_approach=False,
)
seen["after"] = json.loads(counts.to_json(orient="values"))

bound = wr.athena.read_sql_query(
    "SELECT count(*) AS n FROM prices WHERE symbol = :symbol AND price > :least",
    database="market",
    ctas_approach=False,
    params={"symbol": "btc", "least": 1.5},
)
seen["bound"] = int(bound["n"][0])
positional = wr.athena.read_sql_query(
    "SELECT count(*) AS n FROM prices WHERE symbol = ?",
    database="market",
    ctas_approach=False,
    params=["btc"],
    paramstyle="qmark",
)
seen["positional"] = int(positional["n"][0])

pages = wr.athena.read_sql_query("SELECT symbol FROM prices", database="market", ctas_approach=True, chunksize=1)
seen["chunks"] = sum(len(page) for page in pages)

wr.s3.to_csv(
    prices[["price", "symbol"]].dropna(),
    path=f"{ROOT}/csv/",
    dataset=True,
    database="market",
    table="csv",
    index=False,
    header=False,
    mode="overwrite",
)
seen["csv"] = json.loads(
    wr.athena.read_sql_table("csv", database="market", ctas_approach=False)
    .sort_values("price")
    .to_json(orient="values")
)
wr.athena.create_ctas_table(
    sql="SELECT symbol, price FROM prices", database="market", ctas_table="copied", s3_output=f"{ROOT}/copied/", wait=True
)
seen["tables"] = sorted(table["Name"] for table in wr.catalog.get_tables(database="market"))
seen["parquet"] = len(wr.s3.read_parquet_table("prices", database="market", validate_schema=False))
seen["filtered"] = len(
    wr.s3.read_parquet_table(
        "prices",
        database="market",
        validate_schema=False,
        partition_filter=lambda parts: parts["day"] == "2026-01-16",
    )
)
wr.athena.repair_table("prices", database="market")
try:
    wr.athena.read_sql_query("SELECT nothing FROM prices", database="market", ctas_approach=False)
except wr.exceptions.QueryFailed as error:
    seen["failed"] = str(error)
seen["cached"] = wr.athena.read_sql_query(
    "SELECT count(*) AS n FROM csv",
    database="market",
    ctas_approach=False,
    athena_cache_settings={"max_cache_seconds": 60},
)["n"].tolist()
seen["deleted"] = wr.catalog.delete_table_if_exists(database="market", table="prices")
wr.s3.delete_objects(f"{ROOT}/prices/")
seen["left"] = len(wr.s3.list_objects(f"{ROOT}/prices/"))
json.dump(seen, sys.stdout, default=str)
