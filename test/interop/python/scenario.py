"""boto3 against sluice: makes, fills, reads, reshards and follows streams; prints "ok <step>" after each step."""

import datetime
import os
import sys
import threading
import time

import boto3
from botocore.config import Config

SHARD = "shardId-%012d"
HALF = str(2**127)


def client():
    """Retries are off: what fails, fails at once."""
    return boto3.client(
        "kinesis",
        config=Config(retries={"total_max_attempts": 1}),
        verify=os.environ.get("SLUICE_CERTIFICATE"),
    )


kinesis = client()


def check(condition, *shown):
    if not condition:
        raise AssertionError(shown)


def equal(actual, expected):
    check(actual == expected, "got", actual, "wanted", expected)


def iterator(stream, shard, kind, **position):
    answer = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType=kind, **position)
    return answer["ShardIterator"]


def first(stream, shard, kind, **position):
    return kinesis.get_records(ShardIterator=iterator(stream, shard, kind, **position))["Records"]


def drain(stream, shard, seen):
    """Records of a shard and, through ChildShards, of its descendants, each shard once."""
    if shard in seen:
        return []
    seen.add(shard)
    records, empty, at = [], 0, iterator(stream, shard, "TRIM_HORIZON")
    while at is not None and empty < 2:
        page = kinesis.get_records(ShardIterator=at)
        records += page["Records"]
        empty = 0 if page["Records"] else empty + 1
        at = page.get("NextShardIterator")
        for child in page.get("ChildShards", []):
            records += drain(stream, child["ShardId"], seen)
    return records


def create(stream):
    kinesis.create_stream(StreamName=stream, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    summary = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    equal(summary["StreamStatus"], "ACTIVE")
    equal(summary["OpenShardCount"], 2)
    equal(summary["StreamARN"], "arn:aws:kinesis:eu-west-1:000000000000:stream/" + stream)
    age = datetime.datetime.now(datetime.timezone.utc) - summary["StreamCreationTimestamp"]
    check(abs(age.total_seconds()) < 60, "age", age)
    check(stream in kinesis.list_streams()["StreamNames"], "not listed")
    return summary["StreamARN"]


def put(stream, arn):
    """The records of shard 0 in order: one, none, every byte, nearly 1 MiB; then 500 over both shards."""
    datas = [b"one", b"", bytes(range(256)), bytes(1_048_575)]
    answers = [kinesis.put_record(StreamName=stream, PartitionKey="a", Data=data) for data in datas]
    equal({answer["ShardId"] for answer in answers}, {SHARD % 0})
    numbers = [int(answer["SequenceNumber"]) for answer in answers]
    equal(numbers, sorted(set(numbers)))
    upper = kinesis.put_record(StreamARN=arn, PartitionKey="a", Data=b"up", ExplicitHashKey=HALF)
    equal(upper["ShardId"], SHARD % 1)
    batch = [{"PartitionKey": "k%d" % i, "Data": b"r%d" % i} for i in range(500)]
    answer = kinesis.put_records(StreamName=stream, Records=batch)
    equal([answer["FailedRecordCount"], len(answer["Records"])], [0, 500])
    return datas + [b"up"] + [entry["Data"] for entry in batch], answers


def read(stream, datas, answers):
    seen = set()
    records = drain(stream, SHARD % 0, seen) + drain(stream, SHARD % 1, seen)
    equal(sorted(record["Data"] for record in records), sorted(datas))
    equal([record["Data"] for record in records[:4]], datas[:4])
    second = answers[1]["SequenceNumber"]
    at = first(stream, SHARD % 0, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=second)
    equal(at[0]["SequenceNumber"], second)
    after = first(stream, SHARD % 0, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=second)
    equal(after[0]["SequenceNumber"], answers[2]["SequenceNumber"])
    # botocore sends whole seconds.
    arrival = at[0]["ApproximateArrivalTimestamp"].replace(microsecond=0)
    since = first(stream, SHARD % 0, "AT_TIMESTAMP", Timestamp=arrival)
    check(all(record["ApproximateArrivalTimestamp"] >= arrival for record in since), "earlier than", arrival)
    check(second in [record["SequenceNumber"] for record in since], "not found by its time")
    tip = iterator(stream, SHARD % 0, "LATEST")
    equal(kinesis.get_records(ShardIterator=tip)["Records"], [])
    kinesis.put_record(StreamName=stream, PartitionKey="a", Data=b"new")
    equal([record["Data"] for record in kinesis.get_records(ShardIterator=tip, Limit=10)["Records"]], [b"new"])


def reshard(stream):
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    write = lambda text: kinesis.put_record(StreamName=stream, PartitionKey=text, Data=text.encode())
    write("before")
    kinesis.split_shard(StreamName=stream, ShardToSplit=SHARD % 0, NewStartingHashKey=HALF)
    write("between")
    kinesis.merge_shards(StreamName=stream, ShardToMerge=SHARD % 1, AdjacentShardToMerge=SHARD % 2)
    write("after")
    scaled = kinesis.update_shard_count(StreamName=stream, TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    equal([scaled["CurrentShardCount"], scaled["TargetShardCount"]], [1, 2])
    write("last")
    shards = kinesis.list_shards(StreamName=stream)["Shards"]
    equal([shard["ShardId"] for shard in shards], [SHARD % i for i in range(6)])
    equal([shards[3]["ParentShardId"], shards[3]["AdjacentParentShardId"]], [SHARD % 1, SHARD % 2])
    latest = kinesis.list_shards(StreamName=stream, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    equal([shard["ShardId"] for shard in latest], [SHARD % 4, SHARD % 5])
    texts = sorted(record["Data"].decode() for record in drain(stream, SHARD % 0, set()))
    equal(texts, ["after", "before", "between", "last"])


def refused(kind, call, **arguments):
    try:
        call(**arguments)
    except kind as error:
        check(error.response["Error"]["Message"] != "", "no message")
        equal(error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        return
    raise AssertionError("not refused: %s" % arguments)


def errors(stream):
    kinds = kinesis.exceptions
    refused(kinds.ResourceNotFoundException, kinesis.describe_stream, StreamName="nobody")
    refused(kinds.ResourceInUseException, kinesis.create_stream, StreamName=stream, ShardCount=1)
    refused(kinds.InvalidArgumentException, kinesis.get_records, ShardIterator="AAAA")
    refused(kinds.ValidationException, kinesis.describe_stream, StreamName="no such name")


def fan_out(stream):
    """A consumer sees what was there, what comes, and at the end of the shard its children."""
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="reader")["Consumer"]["ConsumerARN"]
    while kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]["ConsumerStatus"] != "ACTIVE":
        time.sleep(0.1)
    kinesis.put_record(StreamName=stream, PartitionKey="a", Data=b"there")
    answer = kinesis.subscribe_to_shard(
        ConsumerARN=consumer, ShardId=SHARD % 0, StartingPosition={"Type": "TRIM_HORIZON"}
    )
    seen, children = [], []
    for event in answer["EventStream"]:
        event = event["SubscribeToShardEvent"]
        check(event["MillisBehindLatest"] >= 0, "no lag")
        for record in event["Records"]:
            seen.append(record["Data"])
            threading.Thread(target=next_act, args=(stream, record["Data"])).start()
        children += [child["ShardId"] for child in event.get("ChildShards", [])]
        check(children or event["ContinuationSequenceNumber"] != "", "nowhere to go on")
    equal(seen, [b"there", b"comes"])
    equal(children, [SHARD % 1, SHARD % 2])
    kinesis.deregister_stream_consumer(ConsumerARN=consumer)


def next_act(stream, data):
    """What happens to the stream once its reader has seen `data`."""
    if data == b"there":
        client().put_record(StreamName=stream, PartitionKey="a", Data=b"comes")
    if data == b"comes":
        client().split_shard(StreamName=stream, ShardToSplit=SHARD % 0, NewStartingHashKey=HALF)


def queue(stream):
    """A queue hands out each record until it is acknowledged, then as a dead letter. Before botocore 1.44 there are none."""
    kinesis.create_stream(StreamName=stream, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    queue = kinesis.create_queue(
        QueueName=stream,
        StreamConfigurationList=[{"StreamARN": arn}],
        QueueAttributes={
            "VisibilityTimeoutSeconds": 600,
            "DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 1},
        },
    )["QueueDescription"]["QueueARN"]
    kinesis.put_records(
        StreamName=stream, Records=[{"PartitionKey": "a", "Data": b"done"}, {"PartitionKey": "a", "Data": b"left"}]
    )
    records = {record["Data"]: record for record in kinesis.receive_queue_records(QueueARN=queue)["QueueRecords"]}
    equal(sorted(records), [b"done", b"left"])
    receipt = records[b"done"]["ReceiptHandle"]
    answer = kinesis.acknowledge_queue_records(
        QueueARN=queue, Entries=[{"ReceiptHandle": receipt}, {"ReceiptHandle": "none"}]
    )
    equal(answer["Successful"], [{"ReceiptHandle": receipt}])
    equal([entry["ErrorCode"] for entry in answer["Failed"]], ["InvalidArgumentException"])
    left = records[b"left"]["ReceiptHandle"]
    shown = kinesis.update_queue_records_visibility(
        QueueARN=queue, Entries=[{"ReceiptHandle": left, "VisibilityTimeoutSeconds": 0}]
    )
    equal([shown["Successful"], shown["Failed"]], [[{"ReceiptHandle": left}], []])
    dead = kinesis.receive_dead_letter_queue_records(QueueARN=queue, WaitTimeSeconds=20)["QueueRecords"]
    equal([(record["Data"], record["RecordId"]) for record in dead], [(b"left", records[b"left"]["RecordId"])])
    kinesis.delete_queue(QueueARN=queue)


def main(prefix):
    stream = prefix + "-life"
    arn = create(stream)
    print("ok create")
    datas, answers = put(stream, arn)
    print("ok put")
    read(stream, datas, answers)
    print("ok read")
    reshard(prefix + "-reshard")
    print("ok reshard")
    errors(stream)
    print("ok errors")
    fan_out(prefix + "-fan-out")
    print("ok fan-out")
    if hasattr(kinesis, "create_queue"):
        queue(prefix + "-queue")
    kinesis.delete_stream(StreamName=stream)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 10})


main(sys.argv[1])
