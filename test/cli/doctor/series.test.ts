import { grownSeries, seriesOf } from '../../../src/cli/doctor/series';

const scrape = `# HELP a_total Things.
# TYPE a_total counter
a_total{x="1"} 1
a_total{x="2"} 1
up 1
h_bucket{le="1"} 1
h_sum 1
h_count 1
`;

test('counts the series of each metric', () => {
  expect([...seriesOf(scrape)]).toEqual([
    ['a_total', 2],
    ['up', 1],
    ['h_bucket', 1],
    ['h_sum', 1],
    ['h_count', 1],
  ]);
});

test('names those that have grown, a histogram once', () => {
  const before = seriesOf(scrape);
  const after = new Map([...before, ['h_bucket', 50], ['h_sum', 9], ['new_total', 8]] as const);
  expect(grownSeries(before, after, 7)).toEqual([
    ['h', 49],
    ['new_total', 8],
  ]);
});
