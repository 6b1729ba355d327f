"""A producer and a consumer of async-kinesis, with checkpoints in DynamoDB. Prints what they saw as JSON."""

import asyncio
import json
import os
import sys

from kinesis import Consumer, DynamoDBCheckPointer, Producer

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
STREAM = "events"


async def consumed(checkpointer, wanted):
    """Consumes until all wanted numbers were seen and the stream is idle: a checkpoint follows each page of records."""
    found = set()
    async with Consumer(
        stream_name=STREAM, endpoint_url=ENDPOINT, checkpointer=checkpointer, sleep_time_no_records=0.2
    ) as consumer:
        while not wanted <= found:
            async for item in consumer:
                found.add(item["n"])
    return found


async def produced(numbers, **options):
    async with Producer(stream_name=STREAM, endpoint_url=ENDPOINT, buffer_time=0.1, **options) as producer:
        for number in numbers:
            await producer.put({"n": number})
        await producer.flush()


def checkpointer():
    return DynamoDBCheckPointer("app", endpoint_url=ENDPOINT, session_timeout=5, heartbeat_frequency=1)


async def main():
    seen = {}
    await produced(range(20), create_stream=True, create_stream_shards=2)
    first = checkpointer()
    seen["first"] = sorted(await consumed(first, set(range(20))))
    await first.close()
    await produced(range(20, 25))
    second = checkpointer()
    seen["second"] = sorted(await consumed(second, set(range(20, 25))))
    await second.close()
    json.dump(seen, sys.stdout)


asyncio.run(main())
