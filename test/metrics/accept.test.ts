import { negotiate } from '../../src/metrics/accept';

const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const protobufFirst =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.5';

test.each([
  prometheus2,
  prometheus3,
  'application/openmetrics-text',
  'Application/OpenMetrics-Text; Version="1.0.0"; charset=utf-8',
  'application/openmetrics-text, */*',
  'application/openmetrics-text, text/plain',
  'text/plain;q=0.3, application/openmetrics-text ; q = 0.4',
  '*/*;q=0, application/openmetrics-text',
  'application/openmetrics-text;q=0.5, text/plain;q=0',
  'application/openmetrics-text;q=0.5, text/*;q=0.4',
  'application/openmetrics-text;q=0.2, application/openmetrics-text;q=0.9, text/plain;q=0.5',
])('OpenMetrics for %s', (accept) => {
  expect(negotiate(accept)).toBe('openmetrics');
});

test.each([
  undefined,
  '',
  '*/*',
  'text/plain',
  'text/*, application/*',
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'application/json',
  protobufFirst,
  'application/openmetrics-text;version=0.0.1',
  'application/openmetrics-text;version=2.0.0',
  'application/openmetrics-text;q=0',
  'application/openmetrics-text;q=0, */*',
  'application/openmetrics-text;q=7',
  'application/openmetrics-text;q=x',
  'text/plain, application/openmetrics-text',
  'text/plain;q=0.5, application/openmetrics-text;q=0.4',
  ',,;;=;q=,/',
  ';'.repeat(10_000),
])('text for %s', (accept) => {
  expect(negotiate(accept)).toBe('text');
});
