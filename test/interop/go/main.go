// AWS's client for Go against sluice: makes, fills, reads, reshards and follows streams; prints "ok <step>" after each
// step that held. Where the service is, the environment says.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

const half = "170141183460469231731687303715884105728"

type scenario struct {
	ctx    context.Context
	client *kinesis.Client
}

func main() {
	prefix := os.Args[1]
	s := scenario{context.Background(), newClient(os.Getenv("AWS_ENDPOINT_URL_KINESIS"))}
	life := prefix + "-life"
	arn := s.create(life)
	fmt.Println("ok create")
	datas, numbers := s.put(life, arn)
	fmt.Println("ok put")
	s.read(life, datas, numbers)
	fmt.Println("ok read")
	s.reshard(prefix + "-reshard")
	fmt.Println("ok reshard")
	s.errors(life)
	fmt.Println("ok errors")
	s.fanOut(prefix + "-fan-out")
	fmt.Println("ok fan-out")
	must(s.client.DeleteStream(s.ctx, &kinesis.DeleteStreamInput{StreamName: &life}))
	gone := kinesis.NewStreamNotExistsWaiter(s.client)
	try(gone.Wait(s.ctx, &kinesis.DescribeStreamInput{StreamName: &life}, 10*time.Second))
}

// newClient takes one attempt a call, so that what fails is seen, and the certificate of SLUICE_CERTIFICATE.
func newClient(endpoint string) *kinesis.Client {
	transport := awshttp.NewBuildableClient()
	if path := os.Getenv("SLUICE_CERTIFICATE"); path != "" {
		roots := x509.NewCertPool()
		check(roots.AppendCertsFromPEM(must(os.ReadFile(path))), "no certificate in "+path)
		transport = transport.WithTransportOptions(func(t *http.Transport) {
			t.TLSClientConfig = &tls.Config{RootCAs: roots}
		})
	}
	return kinesis.New(kinesis.Options{
		Region:           os.Getenv("AWS_REGION"),
		BaseEndpoint:     &endpoint,
		HTTPClient:       transport,
		RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "any"}, nil
		}),
	})
}

func check(holds bool, shown any) {
	if !holds {
		panic(fmt.Sprint(shown))
	}
}

func equal[T comparable](actual, wanted T) {
	check(actual == wanted, fmt.Sprintf("got %v, wanted %v", actual, wanted))
}

func try(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	try(err)
	return value
}

func shard(index int) string { return fmt.Sprintf("shardId-%012d", index) }

func (s scenario) create(stream string) string {
	must(s.client.CreateStream(s.ctx, &kinesis.CreateStreamInput{StreamName: &stream, ShardCount: aws.Int32(2)}))
	exists := kinesis.NewStreamExistsWaiter(s.client)
	try(exists.Wait(s.ctx, &kinesis.DescribeStreamInput{StreamName: &stream}, 10*time.Second))
	summary := s.describe(stream)
	equal(summary.StreamStatus, types.StreamStatusActive)
	equal(*summary.OpenShardCount, 2)
	equal(*summary.StreamARN, "arn:aws:kinesis:eu-west-1:000000000000:stream/"+stream)
	check(time.Since(*summary.StreamCreationTimestamp).Abs() < time.Minute, summary.StreamCreationTimestamp)
	listed := must(s.client.ListStreams(s.ctx, &kinesis.ListStreamsInput{}))
	check(slices.Contains(listed.StreamNames, stream), listed.StreamNames)
	return *summary.StreamARN
}

func (s scenario) describe(stream string) *types.StreamDescriptionSummary {
	input := &kinesis.DescribeStreamSummaryInput{StreamName: &stream}
	return must(s.client.DescribeStreamSummary(s.ctx, input)).StreamDescriptionSummary
}

func (s scenario) putOne(stream, key string, data []byte) *kinesis.PutRecordOutput {
	return must(s.client.PutRecord(s.ctx, &kinesis.PutRecordInput{StreamName: &stream, PartitionKey: &key, Data: data}))
}

// put writes to shard 0 one record, none, every byte and nearly 1 MiB; then 500 over both shards.
func (s scenario) put(stream, arn string) (datas [][]byte, numbers []string) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	datas = [][]byte{[]byte("one"), {}, every, make([]byte, 1_048_575)}
	for _, data := range datas {
		answer := s.putOne(stream, "a", data)
		equal(*answer.ShardId, shard(0))
		numbers = append(numbers, *answer.SequenceNumber)
	}
	check(slices.IsSorted(numbers) && len(slices.Compact(slices.Clone(numbers))) == len(numbers), numbers)
	up := &kinesis.PutRecordInput{
		StreamARN: &arn, PartitionKey: aws.String("a"), Data: []byte("up"), ExplicitHashKey: aws.String(half),
	}
	equal(*must(s.client.PutRecord(s.ctx, up)).ShardId, shard(1))
	datas = append(datas, up.Data)
	batch := make([]types.PutRecordsRequestEntry, 500)
	for i := range batch {
		data := fmt.Appendf(nil, "r%d", i)
		batch[i] = types.PutRecordsRequestEntry{PartitionKey: aws.String(fmt.Sprint("k", i)), Data: data}
		datas = append(datas, data)
	}
	answer := must(s.client.PutRecords(s.ctx, &kinesis.PutRecordsInput{StreamName: &stream, Records: batch}))
	equal(*answer.FailedRecordCount, 0)
	equal(len(answer.Records), 500)
	return datas, numbers
}

func (s scenario) iterator(from kinesis.GetShardIteratorInput) *string {
	return must(s.client.GetShardIterator(s.ctx, &from)).ShardIterator
}

func (s scenario) page(iterator *string) *kinesis.GetRecordsOutput {
	return must(s.client.GetRecords(s.ctx, &kinesis.GetRecordsInput{ShardIterator: iterator}))
}

// drain reads a shard and, through ChildShards, its descendants, each shard once.
func (s scenario) drain(stream, id string, seen map[string]bool) (records []types.Record) {
	if seen[id] {
		return nil
	}
	seen[id] = true
	at := s.iterator(kinesis.GetShardIteratorInput{
		StreamName: &stream, ShardId: &id, ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	for empty := 0; at != nil && empty < 2; {
		page := s.page(at)
		records = append(records, page.Records...)
		at = page.NextShardIterator
		empty++
		if len(page.Records) > 0 {
			empty = 0
		}
		for _, child := range page.ChildShards {
			records = append(records, s.drain(stream, *child.ShardId, seen)...)
		}
	}
	return records
}

func sorted(records []types.Record) []string {
	texts := make([]string, len(records))
	for i, record := range records {
		texts[i] = string(record.Data)
	}
	slices.Sort(texts)
	return texts
}

func (s scenario) read(stream string, datas [][]byte, numbers []string) {
	seen := map[string]bool{}
	records := append(s.drain(stream, shard(0), seen), s.drain(stream, shard(1), seen)...)
	wanted := make([]types.Record, len(datas))
	for i, data := range datas {
		wanted[i].Data = data
	}
	check(slices.Equal(sorted(records), sorted(wanted)), "other records came back")
	from := kinesis.GetShardIteratorInput{StreamName: &stream, ShardId: aws.String(shard(0))}
	from.StartingSequenceNumber = &numbers[1]
	from.ShardIteratorType = types.ShardIteratorTypeAtSequenceNumber
	at := s.page(s.iterator(from)).Records[0]
	equal(*at.SequenceNumber, numbers[1])
	from.ShardIteratorType = types.ShardIteratorTypeAfterSequenceNumber
	equal(*s.page(s.iterator(from)).Records[0].SequenceNumber, numbers[2])
	from.StartingSequenceNumber = nil
	from.ShardIteratorType = types.ShardIteratorTypeAtTimestamp
	from.Timestamp = at.ApproximateArrivalTimestamp
	for _, record := range s.page(s.iterator(from)).Records {
		check(!record.ApproximateArrivalTimestamp.Before(*from.Timestamp), "a record from before the time asked for")
	}
	from.Timestamp = nil
	from.ShardIteratorType = types.ShardIteratorTypeLatest
	tip := s.iterator(from)
	equal(len(s.page(tip).Records), 0)
	s.putOne(stream, "a", []byte("new"))
	check(slices.Equal(sorted(s.page(tip).Records), []string{"new"}), "the tip does not move on")
}

func (s scenario) split(stream string) {
	must(s.client.SplitShard(s.ctx, &kinesis.SplitShardInput{
		StreamName: &stream, ShardToSplit: aws.String(shard(0)), NewStartingHashKey: aws.String(half),
	}))
}

func (s scenario) reshard(stream string) {
	must(s.client.CreateStream(s.ctx, &kinesis.CreateStreamInput{StreamName: &stream, ShardCount: aws.Int32(1)}))
	write := func(text string) { s.putOne(stream, text, []byte(text)) }
	write("before")
	s.split(stream)
	write("between")
	must(s.client.MergeShards(s.ctx, &kinesis.MergeShardsInput{
		StreamName: &stream, ShardToMerge: aws.String(shard(1)), AdjacentShardToMerge: aws.String(shard(2)),
	}))
	write("after")
	scaled := must(s.client.UpdateShardCount(s.ctx, &kinesis.UpdateShardCountInput{
		StreamName: &stream, TargetShardCount: aws.Int32(2), ScalingType: types.ScalingTypeUniformScaling,
	}))
	equal(*scaled.CurrentShardCount, 1)
	equal(*scaled.TargetShardCount, 2)
	write("last")
	all := must(s.client.ListShards(s.ctx, &kinesis.ListShardsInput{StreamName: &stream})).Shards
	equal(len(all), 6)
	equal(*all[3].ParentShardId, shard(1))
	equal(*all[3].AdjacentParentShardId, shard(2))
	latest := &types.ShardFilter{Type: types.ShardFilterTypeAtLatest}
	open := must(s.client.ListShards(s.ctx, &kinesis.ListShardsInput{StreamName: &stream, ShardFilter: latest})).Shards
	equal(len(open), 2)
	equal(*open[0].ShardId, shard(4))
	texts := sorted(s.drain(stream, shard(0), map[string]bool{}))
	check(slices.Equal(texts, []string{"after", "before", "between", "last"}), texts)
}

func refused[T error](err error) {
	var typed T
	check(errors.As(err, &typed), err)
	var answer *awshttp.ResponseError
	check(errors.As(err, &answer) && answer.HTTPStatusCode() == 400, err)
}

func (s scenario) errors(stream string) {
	_, err := s.client.DescribeStream(s.ctx, &kinesis.DescribeStreamInput{StreamName: aws.String("nobody")})
	refused[*types.ResourceNotFoundException](err)
	_, err = s.client.CreateStream(s.ctx, &kinesis.CreateStreamInput{StreamName: &stream, ShardCount: aws.Int32(1)})
	refused[*types.ResourceInUseException](err)
	_, err = s.client.GetRecords(s.ctx, &kinesis.GetRecordsInput{ShardIterator: aws.String("AAAA")})
	refused[*types.InvalidArgumentException](err)
	_, err = s.client.DescribeStream(s.ctx, &kinesis.DescribeStreamInput{StreamName: aws.String("no such name")})
	refused[*types.ValidationException](err)
}
