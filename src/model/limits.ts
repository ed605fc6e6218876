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
/** Each of StartStreamEncryption and StopStreamEncryption (API reference). */
export const ENCRYPTION_CHANGES_PER_DAY = 25;
export const CREATING_STREAMS_MAX = 5;
/** UpdateShardCount goes no higher (API reference). */
export const SCALE_TARGET_MAX = 10_000;

// Client (own choices; the ceiling and five attempts are what AWS's command line does).
export const CLIENT_CONNECTIONS_MAX = 16;
/** How many calls with TLS go over node:https before the pool is loaded: from about here on it has paid for its start. */
export const PLAIN_CALLS_MAX = 1_000;
/** How long a connection rests unused before it is closed; undici's default. */
export const CLIENT_IDLE_MS = 4_000;
export const RETRY_BASE_MS = 100;
export const RETRY_CEILING_MS = 20_000;
/** Of an answer held in one piece: 10 MiB of records in base64 with keys that JSON escapes stay far below. */
export const ANSWER_BYTES_MAX = 67_108_864;
/** Of an answer before its body; as Node's own reader of HTTP. */
export const ANSWER_HEAD_BYTES_MAX = 16_384;
/** A reader's rest at the tip: 200 ms is AWS's five reads a second and shard; 2 s keeps an idle reader cheap. */
export const POLL_MS_MIN = 200;
export const POLL_MS_MAX = 2_000;
/** Pages a consumer holds that its caller has not taken. */
export const CONSUMER_BATCHES_MAX = 8;
/** What the pages of all its shards hold together, about. */
export const CONSUMER_BYTES_MAX = 134_217_728;
/** A producer's request: what AWS took before 2025 and every emulator takes. */
export const PRODUCER_REQUEST_BYTES_MAX = 5_242_880;
/** Bytes of records a producer holds, waiting or under way, before its caller waits. */
export const PRODUCER_QUEUE_BYTES_MAX = 33_554_432;
export const PRODUCER_QUEUE_RECORDS_MAX = 20_000;

// Store (docs/format.md says what they bound).
/** The size of etcd's write-ahead log files; one is scanned in under 0.2 s at start. */
export const SEGMENT_BYTES_MAX = 67_108_864;
/** An active segment is sealed at this age, so that retention holds to the hour. */
export const SEGMENT_AGE_MS_MAX = 3_600_000;
/** Committed records kept in memory for readers at the end of the log: four seconds of 10 MiB a second; read from the disk a page costs 2.4 times as much. */
export const HOT_TAIL_BYTES_MAX = 41_943_040;
/** Rendered answers kept for who reads the same records next: one of the largest size; and places where readers stand. */
export const SHARED_PAGES_BYTES_MAX = 16_777_216;
export const SHARED_PLACES_MAX = 10_000;
/** Places where readers began lately, whose pages are kept once a second one begins there; of longer ones few would fit. */
export const SHARED_BEGINNINGS_MAX = 4;
export const SHARED_BEGINNING_BYTES_MAX = 2_097_152;
/** Waiting appends are gathered into one commit up to this; a single append may be larger. */
export const COMMIT_BYTES_MAX = 4_194_304;
/** Measured: two in flight give 1.6 times the commits of one, more give nothing. */
export const COMMITS_IN_FLIGHT_MAX = 2;
/**
 * A second one is begun once this much waits: less gathers until the first is done, for a sync costs as much for little.
 * Measured: 64 writers of 1 KiB share a sync among 32 instead of 26, at 0.95 of the CPU; batches of 500 cost what they did.
 */
export const SECOND_COMMIT_BYTES_MIN = 49_152;
/**
 * Turns of the loop for which a commit waits for who was just answered, as long as not all are back that are expected; and the
 * time after which it waits for no further turn, for turns may be long. Measured: decision 13.
 */
export const GATHERING_TURNS_MAX = 4;
export const GATHERING_MS_MAX = 2;
/** Records taken in and not yet acknowledged; above it appends are refused as overloaded. */
export const APPEND_WAITING_BYTES_MAX = 268_435_456;
/** One read call to the disk. */
export const DISK_SLICE_BYTES = 1_048_576;
/** Appends are refused while less than this, or four segments, is free, so that the disk is never filled to the brim. */
export const FREE_BYTES_MIN = 1_073_741_824;
/** A shard's index has an entry for this much of its own records, */
export const INDEX_OWN_BYTES = 32_768;
/** and where a shard has few among many others, for this much of a segment. */
export const INDEX_REACH_BYTES = 16_777_216;
/** One read goes through no more of the log once it has found something: where a shard has few records, answers are short. */
export const READ_WALK_BYTES_MAX = 67_108_864;
/** Sealed segments held open for reading. */
export const SEGMENT_FILES_OPEN_MAX = 128;

// Service (own choices).
/** The journal begins a new file and writes a snapshot beyond it: replaying it takes well under a second. */
export const JOURNAL_BYTES_MAX = 8_388_608;
/** Changes of streams that wait for the one under way. */
export const CHANGES_WAITING_MAX = 10_000;
/** A change that could not be carried out (no space, say) is tried again after this. */
export const TRANSITION_RETRY_MS = 1_000;
/** Between two looks for records whose retention has gone by; readers never see them in between. */
export const RETENTION_SWEEP_MS = 60_000;

// Access log of the daemon (own choices: a few million requests).
export const ACCESS_LOG_BYTES_MAX = 104_857_600;
/** Full files that are kept beside the one written. */
export const ACCESS_LOG_BACKUPS_MAX = 4;
/** Of what a caller says of itself. */
export const ACCESS_LOG_TEXT_CHARS_MAX = 256;

// Server (own choices: what several hundred clients need, and an end to those who never finish).
export const CONNECTIONS_MAX = 4_096;
/** From the first byte of a connection or request to the end of its headers. */
export const HEADERS_WAIT_MS = 10_000;
/** To the end of its body. */
export const REQUEST_WAIT_MS = 60_000;
/** A connection on which nothing moves; longer than the keep-alive of AWS's clients, so that they close first. */
export const IDLE_MS = 120_000;
export const HEADER_BYTES_MAX = 32_768;
/** Requests of one HTTP/1.1 connection under way before the server stops reading it. */
export const PIPELINED_REQUESTS_MAX = 4;
/** One Java client reads all its shards over one HTTP/2 connection. */
export const HTTP2_STREAMS_MAX = 128;
/** Bytes of one HTTP/2 stream the server takes before anyone reads them. */
export const HTTP2_WINDOW_BYTES = 262_144;
/** Megabytes Node may hold for one HTTP/2 connection before it refuses streams: a few answers of 10 MiB. */
export const HTTP2_SESSION_MB = 64;
/** Bodies of requests the server holds, and again answers; over it, it stops reading sockets, and then throttles. */
export const IN_FLIGHT_BYTES_MAX = 134_217_728;
/** Bodies up to this wait for no room, lest slow senders of large ones stop everybody: a connection holds but one or a few of them. */
export const ROOMLESS_BODY_BYTES_MAX = 65_536;
/** Of a larger one, what has to have come before it gets room: who announces much and sends little holds none. */
export const PROVEN_BODY_BYTES = 16_384;
/** Set aside for an answer with records before it is known how long it is: so many are made at once, and no more. */
export const RECORDS_ANSWER_BYTES = 4_194_304;
/** While others wait for room, who holds some sends or takes this much a second, after a time to begin, or is cut off. */
export const BODY_BYTES_PER_SECOND_MIN = 262_144;
export const ANSWER_BYTES_PER_SECOND_MIN = 4_194_304;
export const HOLDER_GRACE_MS = 2_000;
export const HOLDER_SWEEP_MS = 1_000;
/** Who found no room for so long, and until the next sweep, is throttled: longer than it takes to cut off who does not move, shorter than any client of AWS waits (the KPL: 6 s). */
export const ROOM_WAIT_MS = 4_000;
/** Of a body over BODY_BYTES_MAX: what is read and thrown away, so that the client reads the answer before the end. */
export const REFUSED_BYTES_MAX = 67_108_864;

// Agent: files (own choices, unless a source is named).
/** What Filebeat and the OpenTelemetry collector take as a file's fingerprint. */
export const AGENT_HEAD_BYTES_MAX = 1_024;
export const AGENT_ANCHOR_BYTES = 64;
/** Places of one file that are remembered, to recognize a copy that was made while reading went on. */
export const AGENT_ANCHORS_MAX = 32;
/** Generations of a file whose prints are kept after everything of them was delivered. */
export const AGENT_GENERATIONS_MAX = 8;
/** One read; files take turns after each. */
export const AGENT_READ_BYTES = 262_144;
/** A copy of a live file is a backup, not a rotation, when the file is not truncated within this. */
export const AGENT_COPY_WAIT_MS = 30_000;
/** A shorter file is never taken for a backup: it is delivered, perhaps again, rather than lost. */
export const AGENT_BACKUP_BYTES_MIN = 1_024;
/** Copies of live files held open by a flow while it is not decided what they are. */
export const AGENT_COPIES_OPEN_MAX = 50;
/** Files held open at once, fewer than the usual limit of descriptors. */
export const AGENT_FILES_OPEN_MAX = 800;
/** Never more of the descriptors the process may have: the others are for requests, the socket and its own files. */
export const AGENT_FILES_OPEN_SHARE = 0.5;
/** A file that grew this recently is looked at on every poll; then each second; after AGENT_WARM_MS each 10 s. */
export const AGENT_HOT_MS = 10_000;
export const AGENT_WARM_MS = 300_000;
export const AGENT_WARM_POLL_MS = 1_000;
export const AGENT_COLD_POLL_MS = 10_000;
/** A file that may not be read is tried again after 1 s, 2 s, ... up to this. */
export const AGENT_DENIED_MS_MAX = 60_000;
/** Folders below each other that ** goes down. */
export const AGENT_FOLDER_DEPTH_MAX = 16;
/** Folders one flow watches; the others are only looked at. */
export const AGENT_WATCHES_MAX = 256;
/** Between two checkpoints, when there is something new. */
export const AGENT_CHECKPOINT_MS = 1_000;
/** Kept on the disk so that a checkpoint fits when the disk is full. */
export const AGENT_BALLAST_BYTES = 65_536;

// Agent: delivery.
/** Waits that only a person or an administrator can end (missing stream, no permission) grow up to this. */
export const AGENT_DEGRADED_BACKOFF_MS_MAX = 60_000;
/** Nothing delivered for so long is an outage: deleted files are copied to the spool where that is asked for. */
export const AGENT_OUTAGE_MS = 60_000;
/** Connection failures in a row after which one request at a time probes the endpoint. */
export const AGENT_CIRCUIT_FAILURES = 5;

// Channels (own choices; the default freshness is the API reference's).
export const CHANNELS_MAX = 1_000;
export const CHANNEL_FRESHNESS_SECONDS = 300;
export const CHANNEL_FRESHNESS_SECONDS_MIN = 1;
export const CHANNEL_FRESHNESS_SECONDS_MAX = 86_400;
export const LIST_CHANNELS_MAX = 100;
/** Encoded records in one file, unless a single one is larger. */
export const CHANNEL_FILE_BYTES_MAX = 16_777_216;
/** Between two looks for records that are due. */
export const CHANNEL_LOOK_MS = 1_000;
/** A delivery that keeps failing is tried again after twice the time, up to this. */
export const CHANNEL_RETRY_MS_MAX = 60_000;

// Queues (API reference, CreateQueue and ReceiveQueueRecords); what is not said there is ours.
export const QUEUE_VISIBILITY_SECONDS = 30;
/** After so many receipts without an acknowledgement a record is a dead letter. */
export const QUEUE_RECEIVES_MAX = 6;
export const QUEUE_RECEIVE_RECORDS = 10;
export const QUEUE_WAIT_SECONDS = 9;
export const LIST_QUEUES_MAX = 100;
/** Records of a queue that are handed out and not acknowledged, dead letters among them; then it hands out no new ones. */
export const QUEUE_DELIVERIES_MAX = 10_000;
/** Between two looks of a call that waits for a record. */
export const QUEUE_LOOK_MS = 100;

// Signatures (IAM user guide, "Signature Version 4"): how far clocks may differ, and a presigned request's longest life.
export const SIGNATURE_SKEW_MS = 300_000;
export const PRESIGNED_SECONDS_MAX = 604_800;

// Event streams (https://smithy.io/2.0/aws/amazon-eventstream.html: payloads of 16 MiB, headers of 128 KiB).
export const EVENT_MESSAGE_BYTES_MAX = 16_908_304;
export const EVENT_HEADER_BYTES_MAX = 131_072;

// Agent: configuration. The ranges and defaults are those of Kinesis Agent 2.0 (its source), unless it says own choice.
export const AGENT_BUFFER_AGE_MS = 60_000;
export const AGENT_BUFFER_AGE_MS_MIN = 1_000;
export const AGENT_BUFFER_AGE_MS_MAX = 900_000;
export const AGENT_KINESIS_BUFFER_BYTES_MAX = 5_242_880;
export const AGENT_FIREHOSE_BUFFER_BYTES_MAX = 4_194_304;
export const AGENT_FIREHOSE_RECORD_BYTES_MAX = 1_024_000;
export const AGENT_AGGREGATE_BYTES_MAX = 1_024_000;
/** Requests in flight for one flow (own choice). */
export const AGENT_FLOW_IN_FLIGHT_MAX = 8;
/** Bytes of one flow read and not yet acknowledged (own choice). */
export const AGENT_UNACKED_BYTES_MAX = 33_554_432;
/** The same for all flows together (own choice). */
export const AGENT_MEMORY_BYTES_MAX = 134_217_728;
/** Bytes that rotation would destroy, kept aside (own choice). */
export const AGENT_SPOOL_BYTES_MAX = 268_435_456;
/** An aggregate of the Kinesis Producer Library (its default). */
export const AGENT_KPL_BYTES_MAX = 51_200;
/** Records in the aggregates of one request: about as many lines as its bytes hold. */
export const AGENT_KPL_BATCH_RECORDS_MAX = 20_000;
/** A multi-line record is given out at this many lines (own choice). */
export const AGENT_MULTI_LINE_LINES_MAX = 1_000;
/** A longer line is cut and its rest passed over: the size of Kinesis Agent's buffer for a Kinesis stream. */
export const AGENT_LINE_BYTES_MAX = 5_242_880;
/** How long a pattern of the user's may work on one record (own choice). */
export const AGENT_MATCH_MS_MAX = 100;
/** Longer records are matched against the clock: this many characters cubed are still well under a second (own choice). */
export const AGENT_MATCH_CHARS_FREE = 1_024;

// Shards under `--limits aws` (developer guide, "Quotas and limits").
export const SHARD_WRITE_BYTES_PER_SECOND = 1_048_576;
export const SHARD_WRITE_RECORDS_PER_SECOND = 1_000;
/** Calls of GetRecords, and as many of GetShardIterator (API reference). */
export const SHARD_READS_PER_SECOND = 5;
export const SHARD_READ_BYTES_PER_SECOND = 2_097_152;
/** Shards, and streams and accounts, whose tokens are kept before those that have all of them are forgotten (own choice). */
export const THROTTLES_KEPT = 10_000;

// TLS: the daemon's own certificate (825 days is the longest that Apple's clients take) and when a new one is made.
export const CERTIFICATE_LIFE_MS = 71_280_000_000;
export const CERTIFICATE_RENEWAL_MS = 2_592_000_000;

// Enhanced fan-out (API reference, RegisterStreamConsumer and SubscribeToShard; developer guide).
export const CONSUMERS_MAX = 20;
export const CREATING_CONSUMERS_MAX = 5;
export const LIST_CONSUMERS_MAX = 100;
export const SUBSCRIPTION_LIFE_MS = 300_000;
/** A subscription cannot be taken over when it is younger. */
export const RESUBSCRIBE_MS = 5_000;
export const CONSUMER_SHARD_BYTES_PER_SECOND = 2_097_152;
/** Own choice: below the 5 s that subscribers may wait at most, and the 10 s after which AWS's Java client gives up. */
export const SUBSCRIPTION_QUIET_MS = 4_500;
/** Records in one event, unless a single one is larger (own choice). */
export const EVENT_RECORD_BYTES_MAX = 1_048_576;
/** Events written to a subscriber that has not taken them yet (own choice): beyond it the shard is read when it has. */
export const EVENTS_QUEUED_MAX = 2;
/** Events kept by a shard for the subscribers at the same place (own choice). */
export const EVENTS_SHARED_MAX = 2;

// Streams and their settings (developer guide, "Quotas and limits", and API reference).
export const TAGS_MAX = 50;
export const ON_DEMAND_STREAMS_MAX = 50;
export const MODE_SWITCHES_PER_DAY = 2;
export const WARM_THROUGHPUT_MIBPS_MAX = 10_240;
/** The length of resource policies elsewhere at AWS (own choice). */
export const RESOURCE_POLICY_CHARS_MAX = 20_480;
/** Consumers of an on-demand stream under the account's commitment. */
export const COMMITTED_CONSUMERS_MAX = 50;
/** Half of what one shard takes: above it a shard of an on-demand stream is split. */
export const ON_DEMAND_SPLIT_BYTES_PER_SECOND = 524_288;
/** An on-demand stream grows no wider: 200 MiB/s, AWS's quota in most Regions. */
export const ON_DEMAND_SHARDS_MAX = 200;
/** Between two looks at on-demand streams (own choice; AWS takes up to 15 minutes). */
export const ON_DEMAND_LOOK_MS = 60_000;

// Metrics (own choices).
/** Parts of a shard's hash range whose load is counted apart. */
export const HEAT_BUCKETS = 64;
/** After so long half of the load that was counted is forgotten: recent enough to act on, steady enough to read. */
export const HEAT_HALF_LIFE_MS = 10_000;
/** Partition keys that are told for a stream. */
export const METRICS_KEYS_MAX = 20;
export const METRICS_KEY_CHARS_MAX = 128;
/** Readers by GetRecords that are told apart in a stream. */
export const METRICS_READERS_MAX = 32;
export const METRICS_READER_CHARS_MAX = 128;
export const METRICS_EVENTS_MAX = 100;
/** Between two lines of /_sluice/metrics/stream. */
export const METRICS_INTERVAL_MS = 1_000;
export const METRICS_INTERVAL_MS_MIN = 100;
export const METRICS_INTERVAL_MS_MAX = 60_000;
/** Of `serve --metrics`. */
export const METRICS_CONNECTIONS_MAX = 64;

// Replay to HTTP (own choices: what common servers take in one body; attempts that outlast a restart of a server).
export const REPLAY_POST_RECORDS_MAX = 500;
export const REPLAY_POST_BYTES_MAX = 1_048_576;
export const REPLAY_POST_ATTEMPTS = 8;
/** How often a replay writes down how far it is; as much may be repeated after it was killed. */
export const REPLAY_SAVE_MS = 5_000;

// Reading records for a person or a pipe (own choices).
/** What one record may inflate to: a record of 10 MiB could hold a thousand times as much. */
export const DECODED_BYTES_MAX = 33_554_432;
/** Records held back to be put in order. */
export const ORDER_RECORDS_MAX = 100_000;

// Writing from the command line (own choices).
/** Between two attempts of a put, at most: a daemon that is back is found soon. */
export const PUT_DELAY_MS_MAX = 2_000;
// The Kinesis Producer Library's own defaults (its default_config.properties).
export const AGGREGATE_BYTES_DEFAULT = 51_200;
export const AGGREGATE_LINGER_MS = 100;
/** RateLimit: a shard is sent half more than it takes, so that several producers fill it. */
export const KPL_SHARD_SHARE = 1.5;

// Observing a shard before a split (own choices: a 4,096th of a shard's load is no difference; memory stays small).
/** How far back commands look unless told otherwise. */
export const LOAD_WINDOW_MS = 10_000;
export const LOAD_BUCKETS = 4_096;
export const LOAD_KEYS_MAX = 100_000;
/** Read of one shard, at most: what it takes in half a minute at AWS's limit. */
export const LOAD_BYTES_MAX = 33_554_432;
/** Shards observed at once. */
export const LOAD_SHARDS_AT_ONCE = 10;

// The screen of `sluice top` (own choices).
/** Between two frames that data causes; a key is answered at once. */
export const SCREEN_FRAME_MS_MIN = 500;
/** Records that the peek pane keeps, and how much of each. */
export const PEEK_RECORDS_MAX = 200;
export const PEEK_BYTES_MAX = 16_384;
/** A line of the metrics stream: some 1 KB a shard. */
export const METRICS_LINE_BYTES_MAX = 67_108_864;
/** GetRecords calls a second over all shards where nothing but reading tells how a stream does. */
export const POLLING_READS_PER_SECOND = 50;
export const POLLING_LIST_MS = 30_000;
/** Shards that are watched by reading them. */
export const POLLING_SHARDS_MAX = 1_000;
/** Partition keys that are counted to find the heavy ones among records read. */
export const POLLING_KEYS_MAX = 64;
/** Between two writes of a reader's checkpoint file. */
export const CHECKPOINT_MS = 1_000;
/** Events of a subscription that its reader has not taken. */
export const SUBSCRIPTION_EVENTS_MAX = 4;

// Consuming into a program (own choices).
/** Records given to a program that it has not answered, before reading waits. */
export const UNANSWERED_MAX = 100_000;
/** Without an answer for so long, what an answer looks like is told. */
export const UNANSWERED_TELL_MS = 10_000;
/** Between two starts of a program that fails, at most. */
export const RESTART_MS_MAX = 60_000;
/** From the end of a program's time to finish until it is ended. */
export const CHILD_GRACE_MS = 1_000;
/** A line of a program's output that is read as one. */
export const CHILD_LINE_CHARS_MAX = 1_048_576;
/** Read of one shard to count how many records a group has not had. */
export const LAG_PAGES_MAX = 10;
/** Shards whose lag is looked up at once. */
export const LAG_SHARDS_AT_ONCE = 10;
