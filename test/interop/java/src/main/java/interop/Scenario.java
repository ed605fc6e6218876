package interop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.ValidationException;
import software.amazon.awssdk.services.kinesis.waiters.KinesisWaiter;

/** Makes, fills, reads, reshards and follows streams; prints "ok <step>" after each step that held. */
public final class Scenario {
  private static final String HALF = "170141183460469231731687303715884105728";

  private final KinesisClient client;
  private final String stream;
  private final List<SdkBytes> datas = new ArrayList<>();
  private final List<String> numbers = new ArrayList<>();

  private Scenario(KinesisClient client, String stream) {
    this.client = client;
    this.stream = stream;
  }

  /** Arguments: `sync` or `async`, and what the names of the streams begin with. */
  public static void main(String[] arguments) throws Exception {
    var prefix = arguments[1];
    if (arguments[0].equals("sync")) {
      new Scenario(Clients.sync(), prefix + "-life").play(prefix);
      return;
    }
    var async = Clients.async(System.getenv("AWS_ENDPOINT_URL_KINESIS").startsWith("https:"));
    new Scenario(Clients.waiting(async), prefix + "-life").play(prefix);
    new FanOut(async, prefix + "-fan-out").play();
    System.out.println("ok fan-out");
    async.close();
  }

  private void play(String prefix) {
    var arn = create();
    System.out.println("ok create");
    put(arn);
    System.out.println("ok put");
    read();
    System.out.println("ok read");
    new Scenario(client, prefix + "-reshard").reshard();
    System.out.println("ok reshard");
    errors();
    System.out.println("ok errors");
    client.deleteStream(b -> b.streamName(stream));
    waiter().waitUntilStreamNotExists(b -> b.streamName(stream));
  }

  static String shard(int index) {
    return String.format("shardId-%012d", index);
  }

  static PutRecordRequest record(String stream, String key, String data) {
    var bytes = SdkBytes.fromUtf8String(data);
    return PutRecordRequest.builder().streamName(stream).partitionKey(key).data(bytes).build();
  }

  static SplitShardRequest split(String stream) {
    return SplitShardRequest.builder().streamName(stream).shardToSplit(shard(0)).newStartingHashKey(HALF).build();
  }

  private KinesisWaiter waiter() {
    return KinesisWaiter.builder().client(client).build();
  }

  private String create() {
    client.createStream(b -> b.streamName(stream).shardCount(2));
    waiter().waitUntilStreamExists(b -> b.streamName(stream));
    var summary = client.describeStreamSummary(b -> b.streamName(stream)).streamDescriptionSummary();
    Check.equal(summary.streamStatus(), StreamStatus.ACTIVE);
    Check.equal(summary.openShardCount(), 2);
    Check.equal(summary.streamARN(), "arn:aws:kinesis:eu-west-1:000000000000:stream/" + stream);
    var age = Duration.between(summary.streamCreationTimestamp(), Instant.now()).abs();
    Check.that(age.toSeconds() < 60, age);
    Check.that(client.listStreams(b -> b.limit(100)).streamNames().contains(stream), "not listed");
    return summary.streamARN();
  }

  /** To shard 0 in order one record, none, every byte and nearly 1 MiB; then 500 over both shards. */
  private void put(String arn) {
    var every = new byte[256];
    for (int i = 0; i < every.length; i++) every[i] = (byte) i;
    Stream.of("one".getBytes(), new byte[0], every, new byte[1_048_575]).map(SdkBytes::fromByteArray).forEach(datas::add);
    for (var data : datas) {
      var answer = client.putRecord(b -> b.streamName(stream).partitionKey("a").data(data));
      Check.equal(answer.shardId(), shard(0));
      numbers.add(answer.sequenceNumber());
    }
    Check.equal(numbers, numbers.stream().distinct().sorted().toList());
    var up = SdkBytes.fromUtf8String("up");
    var upper = client.putRecord(b -> b.streamARN(arn).partitionKey("a").data(up).explicitHashKey(HALF));
    Check.equal(upper.shardId(), shard(1));
    datas.add(up);
    var entries = IntStream.range(0, 500).mapToObj(Scenario::entry).toList();
    var answer = client.putRecords(b -> b.streamName(stream).records(entries));
    Check.equal(answer.failedRecordCount(), 0);
    Check.equal(answer.records().size(), 500);
    entries.forEach(entry -> datas.add(entry.data()));
  }

  private static PutRecordsRequestEntry entry(int i) {
    return PutRecordsRequestEntry.builder().partitionKey("k" + i).data(SdkBytes.fromUtf8String("r" + i)).build();
  }

  private String iterator(ShardIteratorType type, Consumer<GetShardIteratorRequest.Builder> position) {
    return client
        .getShardIterator(b -> b.streamName(stream).shardId(shard(0)).shardIteratorType(type).applyMutation(position))
        .shardIterator();
  }

  private List<Record> records(String iterator) {
    return client.getRecords(b -> b.shardIterator(iterator)).records();
  }

  /** Records of a shard and, through ChildShards, of its descendants, each shard once. */
  private List<Record> drain(String id, Set<String> seen) {
    var records = new ArrayList<Record>();
    if (!seen.add(id)) return records;
    var at = iterator(ShardIteratorType.TRIM_HORIZON, b -> b.shardId(id));
    for (int empty = 0; at != null && empty < 2; ) {
      var from = at;
      var page = client.getRecords(b -> b.shardIterator(from));
      records.addAll(page.records());
      empty = page.records().isEmpty() ? empty + 1 : 0;
      at = page.nextShardIterator();
      for (var child : page.childShards()) records.addAll(drain(child.shardId(), seen));
    }
    return records;
  }

  private static List<String> texts(Stream<SdkBytes> datas) {
    return datas.map(data -> new String(data.asByteArray(), java.nio.charset.StandardCharsets.ISO_8859_1)).sorted().toList();
  }

  private void read() {
    var seen = new HashSet<String>();
    var all = Stream.concat(drain(shard(0), seen).stream(), drain(shard(1), seen).stream()).map(Record::data);
    Check.that(texts(all).equals(texts(datas.stream())), "other records came back");
    var second = numbers.get(1);
    var at = records(iterator(ShardIteratorType.AT_SEQUENCE_NUMBER, b -> b.startingSequenceNumber(second))).get(0);
    Check.equal(at.sequenceNumber(), second);
    var after = records(iterator(ShardIteratorType.AFTER_SEQUENCE_NUMBER, b -> b.startingSequenceNumber(second)));
    Check.equal(after.get(0).sequenceNumber(), numbers.get(2));
    var arrival = at.approximateArrivalTimestamp();
    Check.that(Duration.between(arrival, Instant.now()).abs().toSeconds() < 60, arrival);
    var since = records(iterator(ShardIteratorType.AT_TIMESTAMP, b -> b.timestamp(arrival)));
    Check.that(since.stream().noneMatch(r -> r.approximateArrivalTimestamp().isBefore(arrival)), "too early a record");
    Check.that(since.stream().anyMatch(r -> r.sequenceNumber().equals(second)), "not found by its time");
    var tip = iterator(ShardIteratorType.LATEST, b -> {});
    Check.equal(records(tip).size(), 0);
    client.putRecord(record(stream, "a", "new"));
    Check.equal(texts(records(tip).stream().map(Record::data)), List.of("new"));
  }

  private void reshard() {
    client.createStream(b -> b.streamName(stream).shardCount(1));
    client.putRecord(record(stream, "before", "before"));
    client.splitShard(split(stream));
    client.putRecord(record(stream, "between", "between"));
    client.mergeShards(b -> b.streamName(stream).shardToMerge(shard(1)).adjacentShardToMerge(shard(2)));
    client.putRecord(record(stream, "after", "after"));
    var scaled = client.updateShardCount(
        b -> b.streamName(stream).targetShardCount(2).scalingType(ScalingType.UNIFORM_SCALING));
    Check.equal(List.of(scaled.currentShardCount(), scaled.targetShardCount()), List.of(1, 2));
    client.putRecord(record(stream, "last", "last"));
    var shards = client.listShards(b -> b.streamName(stream)).shards();
    Check.equal(shards.stream().map(Shard::shardId).toList(), IntStream.range(0, 6).mapToObj(Scenario::shard).toList());
    Check.equal(shards.get(3).parentShardId(), shard(1));
    Check.equal(shards.get(3).adjacentParentShardId(), shard(2));
    var open = client.listShards(b -> b.streamName(stream).shardFilter(f -> f.type(ShardFilterType.AT_LATEST))).shards();
    Check.equal(open.stream().map(Shard::shardId).toList(), List.of(shard(4), shard(5)));
    var texts = texts(drain(shard(0), new HashSet<>()).stream().map(Record::data));
    Check.equal(texts, List.of("after", "before", "between", "last"));
  }

  private void errors() {
    Check.refused(ResourceNotFoundException.class, () -> client.describeStream(b -> b.streamName("nobody")));
    Check.refused(ResourceInUseException.class, () -> client.createStream(b -> b.streamName(stream).shardCount(1)));
    Check.refused(InvalidArgumentException.class, () -> client.getRecords(b -> b.shardIterator("AAAA")));
    Check.refused(ValidationException.class, () -> client.describeStream(b -> b.streamName("no such name")));
  }
}
