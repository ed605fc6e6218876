/**
 * Every bound of the product, in one place, each with its source. Names carry their unit.
 * AWS: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html and the API model.
 */

// Requests and records (API model).
export const PUT_RECORDS_MAX = 500;
export const PUT_RECORDS_BYTES_MAX = 10_485_760;
export const RECORD_BYTES_MAX = 10_485_760;
/** A new stream's bound of data plus partition key. */
export const RECORD_BYTES_DEFAULT = 1_048_576;
export const PARTITION_KEY_CHARS_MAX = 256;
/** 10 MiB of records in base64, 500 keys and the JSON around them fit below it. */
export const BODY_BYTES_MAX = 16_777_216;

// Reading (API reference, GetRecords).
export const GET_RECORDS_MAX = 10_000;
export const GET_RECORDS_BYTES_MAX = 10_485_760;
export const ITERATOR_LIFE_MS = 300_000;
export const NEXT_TOKEN_LIFE_MS = 300_000;

// Listing (API reference).
export const DESCRIBE_STREAM_SHARDS_MAX = 100;
export const LIST_STREAMS_MAX = 100;
export const LIST_SHARDS_MAX = 1_000;

// Retention (API reference, Increase and DecreaseStreamRetentionPeriod).
export const RETENTION_HOURS_MIN = 24;
export const RETENTION_HOURS_MAX = 8_760;

// Shards.
export const HASH_KEY_MAX = (1n << 128n) - 1n;
/** Shards of a new on-demand stream (developer guide). */
export const ON_DEMAND_SHARDS = 4;
/** Open shards the daemon allows in all, unless `--shard-limit` says otherwise; also UpdateShardCount's bound. */
export const SHARDS_MAX_DEFAULT = 10_000;
export const UPDATE_SHARD_COUNT_PER_DAY = 10;
export const CREATING_STREAMS_MAX = 5;
