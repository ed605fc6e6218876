/** The agent's file: keys, defaults, typing quirks, and the messages, which have a fixed shape. */
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../src/agent/config-problems.ts';
import { decodeInteger } from '../../../src/agent/config-section.ts';
import { type ReadConfigOptions, readConfig } from '../../../src/agent/read-config.ts';

const options: ReadConfigOptions = { env: {}, directory: '/work', cores: 4 };

function read(text: string, more: Partial<ReadConfigOptions> = {}) {
  return readConfig({ name: 'agent.json', text }, [], { ...options, ...more });
}

/** A file with one flow that has these members besides files and stream. */
function readFlow(members: string, more: Partial<ReadConfigOptions> = {}) {
  const { config, problems } = read(`{"flows": [{"filePattern": "/t/a*", "kinesisStream": "s"${members}}]}`, more);
  return { flow: config?.flows[0], lines: formatProblems(problems) };
}

describe('a file of Kinesis Agent', () => {
  const example = `{
    // as in the AWS documentation
    "cloudwatch.emitMetrics": true,
    "kinesis.endpoint": "https://kinesis.eu-west-1.amazonaws.com",
    "firehose.endpoint": "",
    /* two flows */
    "flows": [
      { "filePattern": "/tmp/app.log*", "kinesisStream": "yourkinesisstream", "partitionKeyOption": "DETERMINISTIC" },
      { "filePattern": "/tmp/app2.log*", "deliveryStream": "yourdeliverystream" }
    ]
  }`;

  test('reads without a word', () => {
    const { config, problems } = read(example);
    expect(problems).toEqual([]);
    expect(config?.flows.map((flow) => flow.id)).toEqual([
      'kinesis:yourkinesisstream:/tmp/app.log*',
      'fh:yourdeliverystream:/tmp/app2.log*',
    ]);
  });

  test('has its defaults', () => {
    const { config } = read(example);
    const [kinesis, firehose] = config!.flows;
    expect(kinesis).toMatchObject({
      target: { service: 'kinesis', endpoint: 'https://kinesis.eu-west-1.amazonaws.com' },
      initialPosition: 'end',
      batch: { ageMsMax: 60_000, ageIsExplicit: false, bytesMax: 5_242_880, recordsMax: 500 },
      retry: { initialBackoffMs: 100, backoffMsMax: 10_000 },
      files: { pollMs: 100, scanMs: 10_000, rotateWaitMs: 30_000 },
      records: { recordBytesMax: 1_048_576, partitionKey: { kind: 'deterministic' }, skipHeaderLines: 0 },
    });
    expect(firehose).toMatchObject({
      target: { service: 'firehose', endpoint: undefined },
      batch: { bytesMax: 4_194_304 },
      records: { recordBytesMax: 1_024_000, partitionKey: undefined },
    });
    expect(config).toMatchObject({
      checkpoints: { stateDir: undefined, timeToLiveMs: 604_800_000 },
      cloudWatch: { enabled: true, namespace: 'AWSKinesisAgent', periodMs: 30_000 },
      http: {
        inFlightMax: 48,
        connectMs: 10_000,
        socketTimeoutMs: 50_000,
        connectionsMax: 50,
        connectionTtlMs: undefined,
        tcpKeepAlive: false,
        userAgent: undefined,
      },
      shutdownTimeoutMs: 10_000,
      log: { level: 'info', statusPeriodMs: 30_000 },
    });
  });
});

describe('typing', () => {
  test.each([
    ['1000', 1000],
    ['0x3E8', 1000],
    ['#3e8', 1000],
    ['01750', 1000],
    ['-5', -5],
    ['+5', 5],
    ['0', 0],
    ['1000.5', undefined],
    ['1000.0', undefined],
    ['1e3', undefined],
    ['08', undefined],
    ['0x', undefined],
    [' 1', undefined],
    ['', undefined],
  ])('the whole number %j', (text, value) => expect(decodeInteger(text)).toBe(value));

  test('a number may stand in quotes, and a text may be a number', () => {
    expect(readFlow(', "maxBufferAgeMillis": "0x3E8", "truncatedRecordTerminator": 7').flow).toMatchObject({
      batch: { ageMsMax: 1000, ageIsExplicit: true },
      records: { truncatedTerminator: new TextEncoder().encode('7') },
    });
  });

  test.each(['true', '"T"', '"yes"', '"Y"', '1', '"TRUE"'])('%s is true', (value) => {
    expect(readFlow(`, "log.emitInternalMetrics": ${value}`).flow?.counters).toBe(true);
  });

  test('numbers that Kinesis Agent takes as no bound or no rest are taken', () => {
    const { flow } = readFlow(
      ', "minTimeBetweenFilePollsMillis": 0, "maxTimeBetweenFileTrackerRefreshMillis": -1, "skipHeaderLines": -1',
    );
    expect(flow).toMatchObject({ files: { pollMs: 1, scanMs: 1 }, records: { skipHeaderLines: 0 } });
    const top = '"socketTimeoutMillis": 0, "connectionTimeoutMillis": "0", "cloudwatch.metricsBufferTimeMillis": 5';
    expect(read(`{${top}, "flows": [{"filePattern": "/a", "kinesisStream": "a"}]}`).config).toMatchObject({
      http: { connectMs: 2_147_483_647, socketTimeoutMs: 2_147_483_647 },
      cloudWatch: { periodMs: 1_000 },
    });
  });

  test.each([
    ['"maxBufferAgeMillis": 1e3', 'maxBufferAgeMillis: "1000.0" is not a whole number'],
    ['"maxBufferAgeMillis": 1000.5', 'maxBufferAgeMillis: "1000.5" is not a whole number'],
    ['"maxBufferAgeMillis": null', 'maxBufferAgeMillis: value is null'],
    ['"maxBufferAgeMillis": [1]', 'maxBufferAgeMillis: must be a number, not a list'],
    ['"maxBufferAgeMillis": 500', 'maxBufferAgeMillis: 500 outside 1000..900000'],
    ['"maxBufferSizeRecords": 501', 'maxBufferSizeRecords: 501 outside 1..500'],
    ['"log.emitInternalMetrics": "on"', 'log.emitInternalMetrics: "on" is neither true nor false'],
    [
      '"initialPosition": "start_of_file"',
      'initialPosition: "start_of_file" is not one of START_OF_FILE, END_OF_FILE (upper and lower case count)',
    ],
    ['"sluice": {"encoding": "koi8"}', 'sluice.encoding: "koi8" is not one of raw, utf8, latin1, utf16le'],
    ['"sluice": {"partitionKey": {}}', 'sluice.partitionKey: wants one of fixed, field, regex, file, host'],
    ['"multiLineStartPattern": "(a"', 'multiLineStartPattern: the pattern "(a" cannot be used: a ( is not closed'],
  ])('%s is refused', (member, message) => {
    const { flow, lines } = readFlow(`, ${member}`);
    expect(lines).toEqual([`ERROR agent.json:1 flows[0].${message}`]);
    expect(flow).toBeUndefined();
  });
});

describe('messages', () => {
  test('every problem is told at once, with its line', () => {
    const { config, problems } = read(
      [
        '{ "userDefinedCredentialsProvider.classname": "com.example.Provider",',
        '  "maxBufferAgeMillis": 5000,',
        '  "sendingThreadsMaxQueueSize": 100,',
        '  "flows": [',
        '    { "filePattern": "/t/a", "kinesisStream": "a", "maxBufferAgeMilis": 1 },',
        '    { "filePattern": "/t/b", "kinesisStream": "b",',
        '      "dataProcessingOptions": [',
        '        {"optionName": "USINGPLUGGIN"} ] },',
        '    { "filePattern": "/t/c", "kinesisStream": "c", "maxBufferAgeMillis": 500 },',
        '    { "filePattern": "/t/d", "kinesisStream": "d", "dataProcessingOptions": {} }',
        '  ] }',
      ].join('\n'),
    );
    expect(config).toBeUndefined();
    expect(formatProblems(problems)).toEqual([
      'WARN  agent.json:1  userDefinedCredentialsProvider.classname: Java class cannot be loaded; standard chain used; see sluice.credentialProcess',
      'WARN  agent.json:2  maxBufferAgeMillis: has no effect at top level; move it into a flow',
      'INFO  agent.json:3  sendingThreadsMaxQueueSize: accepted, no effect in sluice',
      'WARN  agent.json:5  flows[0].maxBufferAgeMilis: unknown key, ignored (did you mean maxBufferAgeMillis?)',
      'ERROR agent.json:8  flows[1].dataProcessingOptions[0].optionName USINGPLUGGIN: Java plug-ins cannot run here',
      'ERROR agent.json:9  flows[2].maxBufferAgeMillis: 500 outside 1000..900000',
      'ERROR agent.json:10 flows[3].dataProcessingOptions: must be an array (Kinesis Agent would silently ignore it)',
    ]);
  });

  test('bad flows can be left out', () => {
    const text = '{"flows": [{"filePattern": "/t/a", "kinesisStream": "a"}, {"filePattern": "/t/b"}]}';
    expect(read(text).config).toBeUndefined();
    expect(read(text, { skipBadFlows: true }).config?.flows.map((flow) => flow.target.name)).toEqual(['a']);
  });

  test('--strict refuses what is only a warning', () => {
    expect(readFlow(', "typo": 1').flow).toBeDefined();
    expect(readFlow(', "typo": 1', { strict: true })).toMatchObject({
      flow: undefined,
      lines: ['ERROR agent.json:1 flows[0].typo: unknown key, ignored'],
    });
  });

  test('two flows of one id are refused', () => {
    const { problems } = read(
      '{"flows": [{"filePattern": "/t/a", "kinesisStream": "a"},\n {"filePattern": "/t/a", "kinesisStream": "a"}]}',
    );
    expect(formatProblems(problems)).toEqual([
      'ERROR agent.json:2 flows[1]: same files and stream as flows[0]: kinesis:a:/t/a',
    ]);
  });

  test('a flow that matches the own log is refused', () => {
    const { problems } = read(
      '{"log.file": "/var/log/app/agent.log", "flows": [{"filePattern": "/var/*/**/*.log", "kinesisStream": "a"}]}',
    );
    expect(formatProblems(problems)[0]).toContain('it would feed itself');
  });

  test('so is one that matches the own log of the command line, or a dead-letter file', () => {
    const flows =
      '"flows": [{"filePattern": "/t/*.log", "kinesisStream": "a", "sluice": {"deadLetterFile": "/t/d.log"}}]';
    expect(formatProblems(read(`{${flows}}`, { logFile: '/t/own.log' }).problems)).toEqual([
      "ERROR agent.json:1 flows[0].filePattern: matches the agent's own log /t/own.log: it would feed itself",
      'ERROR agent.json:1 flows[0].filePattern: matches the dead-letter file /t/d.log: what is set aside would be sent again',
    ]);
    const relative = '{"log.file": "own.log", "flows": [{"filePattern": "/t/*.log", "kinesisStream": "a"}]}';
    expect(read(relative, { directory: '/t' }).config).toBeUndefined();
  });

  test('a secret that anyone may read is told', () => {
    const text =
      '{"awsAccessKeyId": "a", "awsSecretAccessKey": "b", "flows": [{"filePattern": "/a", "kinesisStream": "a"}]}';
    const { problems } = readConfig({ name: 'agent.json', text, worldReadable: true }, [], options);
    expect(formatProblems(problems)).toEqual([
      'WARN  agent.json:1 awsSecretAccessKey: the file holds a secret and anyone may read it: chmod 600',
    ]);
  });

  test.each([
    ['{"flows": [],}', 1, 'no comma may stand before it'],
    ["{'flows': []}", 1, 'a name in double quotes'],
    ['{\n"a": tru }', 2, 'expected a value, found tru'],
    ['{\n/* x', 2, 'a comment is not closed'],
    ['{"a": "b\nc"}', 1, 'not closed on its line'],
    ['', 1, 'the end of the file'],
    ['[]', 1, 'must be an object'],
  ])('%j is no agent file', (text, line, message) => {
    const { config, problems } = read(text);
    expect(config).toBeUndefined();
    expect(problems[0]).toMatchObject({ level: 'ERROR', line, message: expect.stringContaining(message) });
  });
});

test('what follows the end of the object is warned of, as Kinesis Agent does not look at it', () => {
  const text = '{"flows": [{"filePattern": "/a", "kinesisStream": "s"}]}\n}';
  expect(read(text).config).toBeDefined();
  expect(formatProblems(read(text).problems)).toEqual([
    'WARN  agent.json:2 expected the end of the file, found }: ignored from here on',
  ]);
  expect(read(text, { strict: true }).config).toBeUndefined();
});

test('of a name given twice the last counts; a byte order mark is skipped', () => {
  expect(readFlow(', "maxBufferSizeRecords": 1, "maxBufferSizeRecords": 2').flow?.batch.recordsMax).toBe(2);
  expect(read('\ufeff{"flows": [{"filePattern": "/a", "kinesisStream": "s"}]}').config).toBeDefined();
});

test('deliveryStream wins over kinesisStream, and says so', () => {
  const { flow, lines } = readFlow(', "deliveryStream": "d"');
  expect(flow?.target).toMatchObject({ service: 'firehose', name: 'd' });
  expect(lines).toEqual(['WARN  agent.json:1 flows[0].kinesisStream: ignored: deliveryStream is given too and wins']);
});

test('a stream may be named by its ARN', () => {
  const { config } = read(
    '{"flows": [{"filePattern": "/a", "kinesisStream": "arn:aws:kinesis:eu-west-1:123456789012:stream/web"}]}',
  );
  expect(config?.flows[0]?.target).toMatchObject({
    name: 'web',
    arn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/web',
    region: 'eu-west-1',
  });
});

test.each([
  ['127.0.0.1:9121', '127.0.0.1'],
  ['[::1]:9121', '::1'],
  ['9121', '127.0.0.1'],
])('metrics at %s listen on %s', (prometheus, host) => {
  const text = JSON.stringify({ sluice: { prometheus }, flows: [{ filePattern: '/a', kinesisStream: 's' }] });
  expect(read(text).config?.prometheus).toEqual({ host, port: 9_121 });
});

test('a dead-letter file without a folder stands where the agent was started', () => {
  expect(readFlow(', "sluice": {"deadLetterFile": "dead"}', { directory: '/srv' }).flow?.deadLetterFile).toBe(
    '/srv/dead',
  );
});

test('the queue of batches becomes a bound of bytes', () => {
  expect(readFlow(', "publishQueueCapacity": 2').flow?.batch.unackedBytesMax).toBe(10_485_760);
  expect(readFlow('').flow?.batch.unackedBytesMax).toBe(33_554_432);
});

test('aggregation is for Firehose, and not for multi-line records', () => {
  expect(readFlow(', "aggregatedRecordSizeBytes": 5000')).toMatchObject({
    flow: { records: { aggregatedBytes: 0 } },
    lines: ['WARN  agent.json:1 flows[0].aggregatedRecordSizeBytes: ignored: it is for Firehose only'],
  });
});

test('files of agent.d add flows; a bad one is a warning, for --check an error', () => {
  const main = { name: 'agent.json', text: '{"flows": []}' };
  const good = {
    name: 'agent.d/a',
    text: '{"flows": [{"filePattern": "/a", "kinesisStream": "a"}], "log.level": "x"}',
  };
  const bad = { name: 'agent.d/b', text: '{' };
  const { config, problems } = readConfig(main, [good, bad], options);
  expect(config?.flows).toHaveLength(1);
  expect(formatProblems(problems)).toEqual([
    'WARN  agent.d/a:1 log.level: ignored: only flows counts in this folder',
    'WARN  agent.d/b:1 expected a name in double quotes, found the end of the file',
  ]);
  expect(readConfig(main, [good, bad], { ...options, check: true }).config).toBeUndefined();
});

test('variables of the environment are put in only where the file asks for it', () => {
  const name = 'web-$'.concat('{STAGE:-test}-$', '{ZONE}');
  const flow = `"flows": [{"filePattern": "/a", "kinesisStream": "${name}"}]`;
  expect(read(`{${flow}}`).config?.flows[0]?.target.name).toBe(name);
  const asked = `{"sluice": {"expandEnv": true}, ${flow}}`;
  expect(read(asked, { env: { ZONE: 'b' } }).config?.flows[0]?.target.name).toBe('web-test-b');
  expect(read(asked).problems[0]).toMatchObject({ level: 'ERROR', key: 'flows[0].kinesisStream' });
});

test('compat strict holds nothing back', () => {
  const { config } = read(
    '{"sluice": {"compat": "strict"}, "flows": [{"filePattern": "/a", "kinesisStream": "a", "multiLineStartPattern": "^x"}]}',
  );
  expect(config?.flows[0]?.records).toMatchObject({ compat: 'strict', multiLine: { flushMs: 0 } });
});

describe('processing options', () => {
  const processing = (option: string) => readFlow(`, "dataProcessingOptions": [${option}]`);

  test('the names of fields must fit the groups of the pattern', () => {
    expect(processing('{"optionName": "LOGTOJSON", "logFormat": "SYSLOG", "customFieldNames": ["a"]}').lines).toEqual([
      'ERROR agent.json:1 flows[0].dataProcessingOptions[0].customFieldNames: 1 names for 5 groups: no record could match',
    ]);
  });

  test.each([
    ['{"optionName": "LOGTOJSON"}', 'logFormat: is missing'],
    ['{"optionName": "LOGTOJSON", "logFormat": "SYSLOG", "matchPattern": "(a)"}', 'customFieldNames: is missing'],
    ['{"optionName": "CSVTOJSON"}', 'customFieldNames: is missing'],
    ['{"optionName": "ADDEC2METADATA"}', 'logFormat: is missing'],
    ['{"optionName": "csvtojson"}', 'optionName: "csvtojson" is not one of'],
    ['{"optionName": "USINGPLUGIN"}', 'optionName USINGPLUGIN: Java plug-ins cannot run here'],
    ['{}', 'optionName: is missing'],
    ['7', ': must be an object'],
  ])('%s is refused', (option, message) => {
    expect(processing(option).lines.join()).toContain(message);
  });
});
