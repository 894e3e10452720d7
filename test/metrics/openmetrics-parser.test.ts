import { parseOpenMetrics } from './openmetrics-parser';

const good = `# TYPE a counter
# HELP a all
a_total{x="q\\"\\n\\\\"} 1
# TYPE h histogram
h_bucket{le="1.0"} 1 # {trace_id="t"} 0.5 1700000000.5
h_bucket{le="+Inf"} 2
h_sum 3
h_count 2
# EOF
`;

test('reads what is right', () => {
  const families = parseOpenMetrics(good);
  expect(families.get('a')?.samples).toEqual([{ name: 'a_total', labels: { x: 'q"\n\\' }, value: 1 }]);
  expect(families.get('h')?.samples[0]?.exemplar).toEqual({
    labels: { trace_id: 't' },
    value: 0.5,
    timestamp: 1700000000.5,
  });
});

test.each([
  ['no end', '# EOF\n', ''],
  ['text after the end', '# EOF\n', '# EOF\na 1\n'],
  ['a counter sample without _total', 'a_total{', 'a{'],
  ['a counter family with _total', 'TYPE a counter', 'TYPE a_total counter'],
  ['a type twice', '# TYPE h histogram', '# TYPE a counter'],
  ['an unknown type', 'TYPE h histogram', 'TYPE h untyped'],
  ['a label not escaped', 'x="q\\"', 'x="q"'],
  ['a help not escaped', 'a all', 'a "all"'],
  ['a bad number', 'h_sum 3', 'h_sum Nan'],
  ['descending buckets', 'le="+Inf"} 2', 'le="+Inf"} 0'],
  ['bounds out of order', 'le="1.0"} 1', 'le="+Inf"} 1'],
  ['no infinite bucket', 'le="+Inf"', 'le="2.0"'],
  ['a count that differs', 'h_count 2', 'h_count 3'],
  ['a sum without a count', 'h_count 2\n', ''],
  ['negative buckets with a sum', 'le="1.0"} 1 # {trace_id="t"} 0.5', 'le="-1.0"} 1 # {trace_id="t"} -5'],
  ['an exemplar in the wrong bucket', '} 0.5 17', '} 1.5 17'],
  ['an exemplar on a sum', 'h_sum 3', 'h_sum 3 # {a="b"} 1'],
  ['an exemplar without labels', '# {trace_id="t"} 0.5', '# 0.5'],
  ['the same series twice', 'h_sum 3', 'h_sum 3\nh_sum 4'],
  ['a sample of nobody', 'h_sum 3', 'other 3'],
  ['an empty line', 'h_sum 3', '\nh_sum 3'],
])('refuses %s', (_, from, to) => {
  expect(good).toContain(from);
  expect(() => parseOpenMetrics(good.replace(from, to))).toThrow();
});
