package main

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// fanOut registers a consumer that sees what was there, what comes, and at the end of the shard its children.
func (s scenario) fanOut(stream string) {
	must(s.client.CreateStream(s.ctx, &kinesis.CreateStreamInput{StreamName: &stream, ShardCount: aws.Int32(1)}))
	arn := s.describe(stream).StreamARN
	consumer := s.register(arn)
	s.putOne(stream, "a", []byte("there"))
	answer := must(s.client.SubscribeToShard(s.ctx, &kinesis.SubscribeToShardInput{
		ConsumerARN:      consumer,
		ShardId:          aws.String(shard(0)),
		StartingPosition: &types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon},
	}))
	events := answer.GetStream()
	var seen, children []string
	for event := range events.Events() {
		value := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent).Value
		for _, child := range value.ChildShards {
			children = append(children, *child.ShardId)
		}
		for _, record := range value.Records {
			seen = append(seen, string(record.Data))
			s.next(stream, string(record.Data))
		}
	}
	try(events.Err())
	check(slices.Equal(seen, []string{"there", "comes"}), seen)
	check(slices.Equal(children, []string{shard(1), shard(2)}), children)
	must(s.client.DeregisterStreamConsumer(s.ctx, &kinesis.DeregisterStreamConsumerInput{ConsumerARN: consumer}))
}

// register returns the consumer's ARN once it is ACTIVE.
func (s scenario) register(arn *string) *string {
	input := &kinesis.RegisterStreamConsumerInput{StreamARN: arn, ConsumerName: aws.String("reader")}
	consumer := must(s.client.RegisterStreamConsumer(s.ctx, input)).Consumer.ConsumerARN
	describe := &kinesis.DescribeStreamConsumerInput{ConsumerARN: consumer}
	for must(s.client.DescribeStreamConsumer(s.ctx, describe)).ConsumerDescription.ConsumerStatus != types.ConsumerStatusActive {
		time.Sleep(100 * time.Millisecond)
	}
	return consumer
}

// next is what happens to the stream once its reader has seen data.
func (s scenario) next(stream, data string) {
	switch data {
	case "there":
		s.putOne(stream, "a", []byte("comes"))
	case "comes":
		s.split(stream)
	}
}
