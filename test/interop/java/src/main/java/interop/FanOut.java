package interop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** A consumer of its own sees what was there, what comes, and at the end of the shard its children. */
final class FanOut {
  private final KinesisAsyncClient client;
  private final String stream;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<String> children = new CopyOnWriteArrayList<>();
  private volatile boolean answered;

  FanOut(KinesisAsyncClient client, String stream) {
    this.client = client;
    this.stream = stream;
  }

  void play() throws Exception {
    client.createStream(b -> b.streamName(stream).shardCount(1)).join();
    var consumer = register();
    client.putRecord(Scenario.record(stream, "a", "there")).join();
    var handler = SubscribeToShardResponseHandler.builder()
        .onResponse(response -> answered = true)
        .subscriber(event -> take((SubscribeToShardEvent) event))
        .build();
    client
        .subscribeToShard(
            b -> b.consumerARN(consumer)
                .shardId(Scenario.shard(0))
                .startingPosition(at -> at.type(ShardIteratorType.TRIM_HORIZON)),
            handler)
        .get(30, TimeUnit.SECONDS);
    Check.that(answered, "the answer never began");
    Check.equal(seen, List.of("there", "comes"));
    Check.equal(children, List.of(Scenario.shard(1), Scenario.shard(2)));
    client.deregisterStreamConsumer(b -> b.consumerARN(consumer)).join();
  }

  private String register() throws InterruptedException {
    var arn = client.describeStreamSummary(b -> b.streamName(stream)).join().streamDescriptionSummary().streamARN();
    var consumer = client.registerStreamConsumer(b -> b.streamARN(arn).consumerName("reader")).join().consumer();
    for (var status = consumer.consumerStatus(); status != ConsumerStatus.ACTIVE; Thread.sleep(100)) {
      var now = client.describeStreamConsumer(b -> b.consumerARN(consumer.consumerARN())).join();
      status = now.consumerDescription().consumerStatus();
    }
    return consumer.consumerARN();
  }

  private void take(SubscribeToShardEvent event) {
    event.childShards().stream().map(ChildShard::shardId).forEach(children::add);
    for (var record : event.records()) {
      seen.add(record.data().asUtf8String());
      next(record.data().asUtf8String());
    }
  }

  /** What happens to the stream once its reader has seen `data`; the reader itself must not wait. */
  private void next(String data) {
    if (data.equals("there")) client.putRecord(Scenario.record(stream, "a", "comes"));
    if (data.equals("comes")) client.splitShard(Scenario.split(stream));
  }
}
