/**
 * Records byte for byte. The expected values are those of Kinesis Agent: its documentation and tests, and Java's and
 * Jackson's documented behaviour. https://docs.aws.amazon.com/streams/latest/dev/writing-with-agents.html
 */
import { describe, expect, test } from 'vitest';
import { bytesOf, converted, readerFor, recordsOf, textOf } from './reader-fixture.ts';

describe('SINGLELINE', () => {
  const multiLine = (option: object, text: string) =>
    recordsOf(readerFor({ multiLineStartPattern: '^@', dataProcessingOptions: [option] }), text).map(textOf);

  test('joins trimmed lines', () => {
    expect(multiLine({ optionName: 'SINGLELINE' }, '  {\n   "a": 1\r\n  }\n')).toEqual(['{"a": 1}\n']);
  });
  test('ESCAPE_NEW_LINE puts two backslashes and an n between them', () => {
    expect(multiLine({ optionName: 'SINGLELINE', parseOptions: ['ESCAPE_NEW_LINE'] }, 'x\ny\n')).toEqual(['x\\\\ny\n']);
  });
  test('NO_TRIM keeps blanks', () => {
    expect(multiLine({ optionName: 'SINGLELINE', parseOptions: ['NO_TRIM'] }, ' x\n y\n')).toEqual([' x y\n']);
  });
  test('an empty line stays one', () => expect(converted({ optionName: 'SINGLELINE' }, '\n')).toEqual(['\n']));
});

describe('CSVTOJSON', () => {
  const csv = (count: number, more: object = {}) => ({
    optionName: 'CSVTOJSON',
    customFieldNames: Array.from({ length: count }, (_, i) => `c${i + 1}`),
    ...more,
  });

  test.each([
    [4, {}, 'value1, value2,value3\n', '{"c1":"value1","c2":" value2","c3":"value3","c4":null}\n'],
    [4, {}, 'v1,v2,v3,v4,v5\n', '{"c1":"v1","c2":"v2","c3":"v3","c4":"v4"}\n'],
    [4, { delimiter: '\\t' }, 'v1\t v2\tv3\t    v4\n', '{"c1":"v1","c2":" v2","c3":"v3","c4":"    v4"}\n'],
    [2, {}, 'a,b,,\n', '{"c1":"a","c2":"b"}\n'],
    [2, {}, '\n', '{"c1":"","c2":null}\n'],
    [2, {}, ',a\n', '{"c1":"","c2":"a"}\n'],
    [2, {}, ',\n', '{"c1":null,"c2":null}\n'],
    [2, { delimiter: '.' }, 'a.b\n', '{"c1":null,"c2":null}\n'],
    [3, { delimiter: '|' }, 'a|b\n', '{"c1":"a","c2":"|","c3":"b"}\n'],
    [3, { delimiter: '|' }, 'a😀b\n', '{"c1":"a","c2":"😀","c3":"b"}\n'],
    [2, {}, 'a,b\r\n', '{"c1":"a","c2":"b\\r"}\n'],
    [1, {}, 'tab\there "quoted" \\ / é \u0001\u001f\n', '{"c1":"tab\\there \\"quoted\\" \\\\ / é \\u0001\\u001F"}\n'],
    [1, {}, '\\u001f\n', '{"c1":"\\\\u001f"}\n'],
    [2, { jsonFormat: 'PRETTYPRINT' }, 'a\n', '{\n  "c1" : "a",\n  "c2" : null\n}\n'],
    [3, { 'sluice.quoted': true }, '"a,""x""",b,\r\n', '{"c1":"a,\\"x\\"","c2":"b","c3":""}\n'],
    [
      5,
      { sluice: { types: { c1: 'int', c2: 'float', c3: 'bool', c4: 'int' } } },
      '007,1.50,TRUE,x,1\n',
      '{"c1":7,"c2":1.5,"c3":true,"c4":"x","c5":"1"}\n',
    ],
  ])('%i columns, %j: %j', (count, more, line, record) => {
    expect(converted(csv(count, more), line)).toEqual([record]);
  });
});

test('where the delimiter cuts everywhere, compat strict cuts characters beyond U+FFFF in two, as Kinesis Agent was seen to', () => {
  const option = { optionName: 'CSVTOJSON', customFieldNames: ['a', 'b', 'c', 'd', 'e'], delimiter: '|' };
  expect(converted(option, '😀a😀\n', { compat: 'strict' })).toEqual(['{"a":"?","b":"?","c":"a","d":"?","e":"?"}\n']);
  expect(converted({ ...option, delimiter: ',' }, '😀a,😀\n', { compat: 'strict' })).toEqual([
    '{"a":"😀a","b":"😀","c":null,"d":null,"e":null}\n',
  ]);
});

describe('LOGTOJSON', () => {
  const log = (logFormat: string, more: object = {}) => ({ optionName: 'LOGTOJSON', logFormat, ...more });
  const common = '123.45.67.89 - - [27/Oct/2000:09:27:09 -0400] "GET /java/javaResources.html HTTP/1.0" 200 10450';
  const commonJson =
    '"host":"123.45.67.89","ident":null,"authuser":null,"datetime":"27/Oct/2000:09:27:09 -0400","request":"GET /java/javaResources.html HTTP/1.0","response":"200","bytes":"10450"';

  test.each([
    ['COMMONAPACHELOG', common, `{${commonJson}}\n`],
    ['COMMONAPACHELOG', `${common} "-" "Mozilla/4.6 [en] (X11; U; OpenBSD 2.8 i386; Nav)"`, `{${commonJson}}\n`],
    [
      'COMBINEDAPACHELOG',
      `${common} "-" "Mozilla/4.6 [en] (X11; U; OpenBSD 2.8 i386; Nav)"`,
      `{${commonJson},"referer":null,"agent":"Mozilla/4.6 [en] (X11; U; OpenBSD 2.8 i386; Nav)"}\n`,
    ],
    [
      'APACHEERRORLOG',
      '[Thu May 12 08:28:57.652118 2011] [core:error] [pid 8777:tid 4326490112] [client 72.15.99.187:12345] File does not exist: /usr/local/apache2/htdocs/favicon.ico',
      '{"timestamp":"Thu May 12 08:28:57.652118 2011","module":"core","severity":"error","processid":"8777","threadid":"4326490112","client":"72.15.99.187:12345","message":"File does not exist: /usr/local/apache2/htdocs/favicon.ico"}\n',
    ],
    [
      'APACHEERRORLOG',
      '[Thu May 12 08:28:57.652118 2011] [error] [pid 8777] [client 72.15.99.187] gone',
      '{"timestamp":"Thu May 12 08:28:57.652118 2011","module":null,"severity":"error","processid":"8777","threadid":null,"client":"72.15.99.187","message":"gone"}\n',
    ],
    [
      'SYSLOG',
      'Mar 12 12:01:02 server4 snort: Ports: 8443  ',
      '{"timestamp":"Mar 12 12:01:02","hostname":"server4","program":"snort","processid":null,"message":"Ports: 8443  "}\n',
    ],
    [
      'SYSLOG',
      'Mar  2 12:01:02 <3.6> server4 snort[99]: -',
      '{"timestamp":"Mar  2 12:01:02","hostname":"server4","program":"snort","processid":"99","message":"-"}\n',
    ],
    [
      'RFC3339SYSLOG',
      '2003-10-11T22:14:15.003Z mymachine.example.com su[12]: failed',
      '{"timestamp":"2003-10-11T22:14:15.003Z","hostname":"mymachine.example.com","program":"su","processid":"12","message":"failed"}\n',
    ],
  ])('%s reads %s', (format, line, record) => expect(converted(log(format), `${line}\n`)).toEqual([record]));

  test.each([
    ['COMMONAPACHELOG', '123.45.67.89 - - [27/Oct/2000:09:27:09 -0400] "GET / HTTP/1.0" 200'],
    ['COMMONAPACHELOG', common.replace('123.45.67.89', '::1')],
    ['COMMONAPACHELOG', common.replace('- -', '- me@example.com')],
    ['COMBINEDAPACHELOG', `${common} "" ""`],
    ['SYSLOG', '2003-10-11T22:14:15Z host su: x'],
    ['APACHEERRORLOG', '[Thu May 12 08:28:57 2011] [error] [pid 1] no client'],
  ])('%s drops %s', (format, line) => {
    const reader = readerFor({ dataProcessingOptions: [log(format)] });
    expect(recordsOf(reader, `${line}\n`)).toEqual([]);
    expect(reader.counters).toMatchObject({ unmatchedRecords: 1, unmatchedSample: line });
    expect(reader.settledPosition).toBe(line.length + 1);
  });

  test('a carriage return before the line feed is passed over; compat strict drops the record', () => {
    expect(converted(log('COMMONAPACHELOG'), `${common}\r\n`)).toEqual([`{${commonJson}}\n`]);
    expect(converted(log('COMMONAPACHELOG'), `${common}\r\n`, { compat: 'strict' })).toEqual([]);
  });

  test('a pattern of one’s own', () => {
    const option = log('COMMONAPACHELOG', {
      matchPattern: '^([\\d.]+) (\\S+) (\\S+) \\[([\\w:/]+\\s[+\\-]\\d{4})\\] "(.+?)" (\\d{3})',
      customFieldNames: ['host', 'ident', 'authuser', 'datetime', 'request', 'response'],
    });
    expect(converted(option, '123.45.67.89 - - [27/Oct/2000:09:27:09 -0400] "GET / HTTP/1.0" 200\n')).toEqual([
      '{"host":"123.45.67.89","ident":null,"authuser":null,"datetime":"27/Oct/2000:09:27:09 -0400","request":"GET / HTTP/1.0","response":"200"}\n',
    ]);
  });

  test('of two fields of one name: the place of the first, the value of the last', () => {
    const option = log('SYSLOG', { customFieldNames: ['a', 'b', 'a', 'c', 'd'] });
    expect(converted(option, 'Mar 12 12:01:02 h p: m\n')).toEqual(['{"a":"p","b":"h","c":null,"d":"m"}\n']);
  });

  test('a pattern that runs away counts as not matching', () => {
    const option = log('SYSLOG', { matchPattern: '(\\S+)+x', customFieldNames: ['a'] });
    expect(() => converted(option, 'x\n')).not.toThrow();
    const slow = log('SYSLOG', { matchPattern: '(?:a+)+(b)', customFieldNames: ['a'] });
    expect(converted(slow, `${'a'.repeat(40)}\naab\n`)).toEqual(['{"a":"b"}\n']);
  });

  test('what does not match may be sent as it is, or set aside', () => {
    const records = (onUnmatched: string) =>
      recordsOf(readerFor({ dataProcessingOptions: [log('SYSLOG')], sluice: { onUnmatched } }), 'x\n');
    expect(records('raw').map(textOf)).toEqual(['x\n']);
    expect(records('deadletter')).toMatchObject([{ deadLetter: 'no converter matches', start: 0, end: 2 }]);
  });
});

describe('metadata', () => {
  const metadata = { foo: { bar: 'bas' }, key: 'value' };

  test('ADDMETADATA wraps the line', () => {
    expect(converted({ optionName: 'ADDMETADATA', metadata }, 'This is the data\n')).toEqual([
      '{"metadata":{"foo":{"bar":"bas"},"key":"value"},"data":"This is the data"}\n',
    ]);
  });

  test.each(['true', true])('with the time, be it asked for by %j', (timestamp) => {
    expect(converted({ optionName: 'ADDMETADATA', metadata: { a: [1.0, {}] }, timestamp }, 'x\n')).toEqual([
      '{"ts":"2026-11-20T17:00:00.123Z","metadata":{"a":[1,{}]},"data":"x"}\n',
    ]);
  });

  test('pretty', () => {
    expect(
      converted(
        { optionName: 'ADDMETADATA', metadata: { a: [1, 2], b: {}, c: { d: [] } }, jsonFormat: 'PRETTYPRINT' },
        'x\n',
      ),
    ).toEqual([
      '{\n  "metadata" : {\n    "a" : [ 1, 2 ],\n    "b" : { },\n    "c" : {\n      "d" : [ ]\n    }\n  },\n  "data" : "x"\n}\n',
    ]);
  });

  test('bytes that are no UTF-8 become replacement characters', () => {
    const bytes = Uint8Array.of(0xff, 0x61, 10);
    expect(converted({ optionName: 'ADDMETADATA', metadata: null }, bytes)).toEqual([
      '{"metadata":null,"data":"\ufffda"}\n',
    ]);
  });

  test('ADDEC2METADATA puts the facts over the members of an object and leaves other records alone', () => {
    const option = { optionName: 'ADDEC2METADATA', logFormat: 'SYSLOG' };
    const instance = () => ({ privateIp: '10.0.0.1', region: 'eu-west-1', tags: { name: 'web' } });
    expect(converted(option, '{"region":"x","n":1.50}\nplain\n', { world: { instance } })).toEqual([
      '{"region":"eu-west-1","n":1.50,"privateIp":"10.0.0.1","tags":{"name":"web"}}\n',
      'plain\n',
    ]);
    expect(converted(option, '{"a":1}\n')).toEqual(['{"a":1}\n']);
    expect(converted({ ...option, 'sluice.fields': ['region'] }, '{"a":1}\n', { world: { instance } })).toEqual([
      '{"a":1,"region":"eu-west-1"}\n',
    ]);
  });

  test('fields of one’s own', () => {
    const place = { addFields: { file: '$'.concat('{file}'), at: '$'.concat('{host}:$', '{offset}') } };
    const reader = readerFor({ sluice: place });
    expect(recordsOf(reader, '{"a":1e3}\nplain\n').map(textOf)).toEqual([
      '{"a":1e3,"file":"/t/app.log","at":"web1:0"}\n',
      '{"data":"plain","file":"/t/app.log","at":"web1:10"}\n',
    ]);
  });
});

test('ADDBRACKETS puts the line feed inside, and what is no UTF-8 becomes U+FFFD as with every option', () => {
  expect(converted({ optionName: 'ADDBRACKETS' }, 'hello there\n')).toEqual(['{hello there\n}']);
  const reader = readerFor({ dataProcessingOptions: [{ optionName: 'ADDBRACKETS' }] });
  expect(recordsOf(reader, Uint8Array.of(0xff, 10)).map(textOf)).toEqual(['{\ufffd\n}']);
});

// Both rows are what Java's decoder makes of these bytes; JavaScript's makes one U+FFFD of each byte.
test.each([
  [[0xed, 0xa0, 0x80], '\ufffd'],
  [[0xed, 0xbf, 0x41], '\ufffdA'],
])('of half of a surrogate pair, %j, one U+FFFD is left', (bytes, text) => {
  const reader = readerFor({ dataProcessingOptions: [{ optionName: 'ADDBRACKETS' }] });
  expect(recordsOf(reader, Uint8Array.of(...bytes, 10)).map(textOf)).toEqual([`{${text}\n}`]);
});

test('converters follow each other in the order of the list', () => {
  const csv = { optionName: 'CSVTOJSON', customFieldNames: ['a'] };
  const wrap = { optionName: 'ADDMETADATA', metadata: 1 };
  expect(converted([csv, wrap], 'x\n')).toEqual(['{"metadata":1,"data":"{\\"a\\":\\"x\\"}"}\n']);
  expect(converted([wrap, csv], 'x\n')).toEqual(['{"a":"{\\"metadata\\":1"}\n']);
});

test('without options the bytes are passed through', () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0, 0x80, 10);
  expect(recordsOf(readerFor(), bytes)[0]?.data).toEqual(bytes);
  expect(recordsOf(readerFor(), '\r\n\n x\r\n').map(textOf)).toEqual(['\r\n', '\n', ' x\r\n']);
  expect(bytesOf('').length).toBe(0);
});
