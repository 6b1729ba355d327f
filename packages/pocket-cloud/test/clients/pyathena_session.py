"""A session with PyAthena: DB-API cursor, dict, pandas and arrow cursors, SQLAlchemy. Prints what it saw as JSON."""

import datetime
import decimal
import functools
import json
import os
import sys

import boto3
import pandas as pd
import pyarrow.fs
import pyathena
import sqlalchemy as sa
from pyathena.arrow.cursor import ArrowCursor
from pyathena.cursor import DictCursor
from pyathena.pandas.cursor import PandasCursor
from pyathena.pandas.util import to_sql

BUCKET = "pyathena"
STAGING = f"s3://{BUCKET}/results/"
boto3.client("s3").create_bucket(Bucket=BUCKET)
boto3.client("glue").create_database(DatabaseInput={"Name": "py"})
connection = pyathena.connect(s3_staging_dir=STAGING, schema_name="py")
seen = {}


def plain(value):
    if isinstance(value, (datetime.date, datetime.datetime, decimal.Decimal)):
        return f"{type(value).__name__} {value}"
    return value


cursor = connection.cursor()
cursor.execute(
    f"""
    CREATE EXTERNAL TABLE IF NOT EXISTS sales (id bigint, name string, price decimal(10,2), sold date)
    PARTITIONED BY (year int)
    STORED AS PARQUET LOCATION 's3://{BUCKET}/sales/'
    """
)
cursor.execute(
    """
    INSERT INTO sales SELECT * FROM (VALUES
      (1, 'ann', DECIMAL '1.50', DATE '2026-01-15', 2026),
      (2, 'bob, jr', DECIMAL '2.25', DATE '2026-01-16', 2026),
      (3, NULL, NULL, NULL, 2027)) AS t (id, name, price, sold, year)
    """
)
cursor.execute("SELECT * FROM sales WHERE year IN (2026, 2027) ORDER BY id")
seen["description"] = [[column[0], column[1]] for column in cursor.description]
seen["rows"] = [[plain(value) for value in row] for row in cursor.fetchall()]
cursor.execute("SELECT name FROM sales WHERE id = %(id)s AND name = %(name)s", {"id": 1, "name": "ann"})
seen["bound"] = cursor.fetchall()
cursor.execute("SELECT id FROM sales WHERE name = ?", ["'ann'"], paramstyle="qmark")
seen["qmark"] = cursor.fetchall()
cursor.execute(
    """SELECT ARRAY[1, 2] AS a, MAP(ARRAY['k'], ARRAY[1]) AS m, CAST(ROW(1, 'x') AS ROW(n integer, s varchar)) AS r,
       TIMESTAMP '2026-01-15 12:00:00.123' AS t, true AS b, 1e0 AS d, CAST(NULL AS varchar) AS n,
       CAST('[1]' AS json) AS j, X'ff' AS v"""
)
seen["complex"] = [plain(value) if not isinstance(value, bytes) else value.hex() for value in cursor.fetchone()]
cursor.executemany("INSERT INTO sales (id, name, year) VALUES (%(id)s, %(name)s, 2028)", [{"id": 8, "name": "h"}, {"id": 9, "name": "i"}])
cursor.execute("SELECT count(*) FROM sales")
seen["many"] = cursor.fetchone()
cursor.execute("SHOW TABLES")
seen["shown"] = cursor.fetchall()
cursor.execute("DESCRIBE sales")
seen["described"] = [row[0].split("\t")[0].strip() for row in cursor.fetchall() if row[0]]
cursor.execute("SHOW PARTITIONS sales")
seen["partitions"] = sorted(row[0] for row in cursor.fetchall())
try:
    cursor.execute("SELECT nothing FROM sales")
except pyathena.error.DatabaseError as error:
    seen["failed"] = str(error)
seen["dict"] = connection.cursor(DictCursor).execute("SELECT id, name FROM sales WHERE id = 1").fetchall()

frame = connection.cursor(PandasCursor).execute("SELECT * FROM sales WHERE year < 2028 ORDER BY id").as_pandas()
seen["pandas"] = {column: str(kind) for column, kind in frame.dtypes.items()}
unloaded = connection.cursor(PandasCursor, unload=True).execute("SELECT id, name FROM sales WHERE year = 2026").as_pandas()
seen["unloaded"] = sorted(unloaded["id"].tolist())
# The file system of pyarrow has no setting of the environment for its endpoint.
endpoint = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
pyarrow.fs.S3FileSystem = functools.partial(pyarrow.fs.S3FileSystem, endpoint_override=endpoint, scheme="http")
table = connection.cursor(ArrowCursor).execute("SELECT id, price, sold FROM sales WHERE year < 2028 ORDER BY id").as_arrow()
seen["arrow"] = {field.name: str(field.type) for field in table.schema}
to_sql(
    pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "framed", connection, f"s3://{BUCKET}/framed/", schema="py", if_exists="replace"
)

engine = sa.create_engine(
    f"awsathena+rest://@athena.us-east-1.amazonaws.com:443/py?s3_staging_dir={STAGING}"
)
with engine.connect() as session:
    inspector = sa.inspect(engine)
    seen["inspected"] = sorted(inspector.get_table_names())
    seen["columns"] = [[column["name"], str(column["type"])] for column in inspector.get_columns("sales")]
    sales = sa.Table("sales", sa.MetaData(), autoload_with=session)
    statement = (
        sa.select(sales.c.year, sa.func.count().label("n"), sa.func.sum(sales.c.price).label("total"))
        .where(sales.c.id < 8)
        .group_by(sales.c.year)
        .order_by(sales.c.year)
    )
    seen["selected"] = [[plain(value) for value in row] for row in session.execute(statement)]
    seen["like"] = session.execute(sa.select(sales.c.id).where(sales.c.name.like("b%")).limit(1)).scalar()
    made = sa.Table(
        "made",
        sa.MetaData(),
        sa.Column("id", sa.Integer),
        sa.Column("name", sa.String(20)),
        awsathena_location=f"s3://{BUCKET}/made/",
        awsathena_file_format="parquet",
    )
    made.create(session)
    session.execute(made.insert().values(id=1, name="o'neill"))
    seen["made"] = [list(row) for row in session.execute(sa.select(made))]
    made.drop(session)
    session.execute(sa.text("CREATE VIEW cheap AS SELECT id, name FROM sales WHERE price < 2"))
    seen["views"] = sa.inspect(engine).get_view_names()
seen["read_sql"] = pd.read_sql(sa.text("SELECT * FROM framed ORDER BY a"), engine).to_dict("records")
json.dump(seen, sys.stdout, default=str)
