// What the dashboard shows: rows of panels. A panel has a title, the question that it answers, its unit, its queries, and what is special about it.
// In queries SEL stands for the chosen instances, and RATE for the time that a rate is taken over.
const http = 'http_server_request_duration_seconds';
const call = 'http_client_request_duration_seconds';
const by = (labels, expr) => `sum by (${labels}) (${expr})`;
const rate = (metric, more = '') => `rate(${metric}{SEL${more === '' ? '' : `,${more}`}}[RATE])`;
const quantile = (q, metric, labels = '') =>
  `histogram_quantile(${q}, sum by (le${labels === '' ? '' : `, ${labels}`}) (${rate(`${metric}_bucket`)}))`;

const errors = 'http_response_status_code=~"5.."';
const failed = 'error_type!=""';
const source = 'messaging_destination_name, messaging_consumer_group_name';
const sourceLegend = '{{messaging_destination_name}} {{messaging_consumer_group_name}}';
const ownQueues = 'queue!~"keelson[.]delay[.].*|.+[.]dlq"';

const overview = {
  row: 'Now',
  panels: [
    {
      title: 'Instances',
      asks: 'How many instances are scraped?',
      kind: 'stat',
      queries: [['count(keelson_service_info{SEL})']],
    },
    {
      title: 'Requests',
      asks: 'How much is asked?',
      kind: 'stat',
      unit: 'reqps',
      queries: [[`sum(${rate(`${http}_count`)})`]],
    },
    {
      title: 'Answers of 500 and above',
      asks: 'Which share of the requests fails?',
      kind: 'stat',
      unit: 'percentunit',
      red: 0.01,
      queries: [[`(sum(${rate(`${http}_count`, errors)}) or vector(0)) / sum(${rate(`${http}_count`)})`]],
    },
    {
      title: 'Slowest 1 %',
      asks: 'How long do the slowest requests take?',
      kind: 'stat',
      unit: 's',
      queries: [[quantile(0.99, http)]],
    },
    {
      title: 'Checks down',
      asks: 'Does a health check fail?',
      kind: 'stat',
      red: 1,
      queries: [['count(keelson_health_check_status{SEL} == 0) or vector(0)']],
    },
    {
      title: 'Breakers open',
      asks: 'Is a dependency given up that was called in the last 15 minutes? An open breaker moves only with the next call.',
      kind: 'stat',
      red: 1,
      queries: [
        [
          'sum(keelson_circuit_breaker_state{SEL,state=~"open|forced-open"} and on (job, instance, name) sum by (job, instance, name) (increase(keelson_circuit_breaker_calls_total{SEL}[15m])) > 0) or vector(0)',
        ],
      ],
    },
    {
      title: 'Dead letters',
      asks: 'Has work failed for good since the instances started?',
      kind: 'stat',
      red: 1,
      queries: [['sum(messaging_dead_letters_total{SEL}) or vector(0)']],
    },
    {
      title: 'Versions',
      asks: 'What is running?',
      kind: 'stat',
      names: true,
      queries: [['count by (service, version) (keelson_service_info{SEL})', '{{service}} {{version}}']],
    },
  ],
};

const incoming = {
  row: 'HTTP in',
  panels: [
    {
      title: 'Requests by route',
      asks: 'What is asked, and how often?',
      unit: 'reqps',
      queries: [[by('http_route', rate(`${http}_count`)), '{{http_route}}']],
    },
    {
      title: 'Answers by status',
      asks: 'What do callers get?',
      unit: 'reqps',
      stacked: true,
      queries: [[by('http_response_status_code', rate(`${http}_count`)), '{{http_response_status_code}}']],
    },
    {
      title: 'Failures by route',
      asks: 'Which route fails, in what share of its requests?',
      unit: 'percentunit',
      queries: [
        [
          `${by('http_route', rate(`${http}_count`, errors))} / ${by('http_route', rate(`${http}_count`))}`,
          '{{http_route}}',
        ],
      ],
    },
    {
      title: 'Duration',
      asks: 'How long do requests take?',
      unit: 's',
      queries: [
        [quantile(0.5, http), 'p50'],
        [quantile(0.9, http), 'p90'],
        [quantile(0.99, http), 'p99'],
      ],
    },
    {
      title: 'Duration by route, p99',
      asks: 'Which route is slow?',
      unit: 's',
      queries: [[quantile(0.99, http, 'http_route'), '{{http_route}}']],
    },
    {
      title: 'In hand',
      asks: 'How many requests are being handled? At http.maxInFlight (1000) further ones are answered 503.',
      queries: [['sum by (instance) (http_server_active_requests{SEL})', '{{instance}}']],
    },
    {
      title: 'Connections closed early',
      asks: 'Does somebody send what is not HTTP, too large or too slow?',
      unit: 'ops',
      queries: [[by('reason', rate('keelson_http_connection_errors_total')), '{{reason}}']],
    },
  ],
};

const outgoing = {
  row: 'Calls to others',
  panels: [
    {
      title: 'Attempts',
      asks: 'Whom do we call, and how often?',
      unit: 'reqps',
      queries: [[by('server_address', rate(`${call}_count`)), '{{server_address}}']],
    },
    {
      title: 'Failures',
      asks: 'Whose answers are missing, and why?',
      unit: 'reqps',
      queries: [[by('server_address, error_type', rate(`${call}_count`, failed)), '{{server_address}} {{error_type}}']],
    },
    {
      title: 'Share of failures',
      asks: 'How bad is it?',
      unit: 'percentunit',
      queries: [
        [
          `${by('server_address', rate(`${call}_count`, failed))} / ${by('server_address', rate(`${call}_count`))}`,
          '{{server_address}}',
        ],
      ],
    },
    {
      title: 'Duration of attempts, p50 and p99',
      asks: 'Who is slow?',
      unit: 's',
      queries: [
        [quantile(0.5, call, 'server_address'), '{{server_address}} p50'],
        [quantile(0.99, call, 'server_address'), '{{server_address}} p99'],
      ],
    },
    {
      title: 'Retries',
      asks: 'How much is tried again, and is the budget used up?',
      unit: 'ops',
      queries: [
        [by('name', rate('keelson_retry_attempts_total', 'outcome="retried"')), '{{name}}'],
        [by('name', rate('keelson_retry_budget_exhausted_total')), '{{name}} budget used up'],
      ],
    },
    {
      title: 'Fallbacks',
      asks: 'What is answered without whom we called?',
      unit: 'ops',
      queries: [[by('name, outcome', rate('keelson_fallback_total')), '{{name}} {{outcome}}']],
    },
    {
      title: 'Bulkheads',
      asks: 'How many calls run or wait, and are some refused?',
      queries: [
        ['sum by (name) (keelson_bulkhead_active{SEL})', '{{name}} run'],
        ['sum by (name) (keelson_bulkhead_queued{SEL})', '{{name}} wait'],
        [by('name', rate('keelson_bulkhead_rejected_total')), '{{name}} refused a second'],
      ],
    },
    {
      title: 'Caches and hedges',
      asks: 'What do they save?',
      unit: 'ops',
      queries: [
        [by('name, outcome', rate('keelson_cache_calls_total')), '{{name}} {{outcome}}'],
        [by('name, outcome', rate('keelson_hedges_total')), '{{name}} hedge {{outcome}}'],
      ],
    },
  ],
};

const breakers = {
  row: 'Circuit breakers',
  panels: [
    {
      title: 'State',
      asks: 'Which breakers are open, and since when? One that nobody calls any more stays so.',
      kind: 'state-timeline',
      queries: [
        [
          'max by (instance, name) (2 * keelson_circuit_breaker_state{SEL,state=~"open|forced-open"} or keelson_circuit_breaker_state{SEL,state="half-open"})',
          '{{name}} {{instance}}',
        ],
      ],
    },
    {
      title: 'Changes',
      asks: 'How often do they open?',
      unit: 'ops',
      queries: [[by('name, to', rate('keelson_circuit_breaker_transitions_total')), '{{name}} to {{to}}']],
    },
    {
      title: 'Calls by outcome',
      asks: 'What do they count, and what do they refuse?',
      unit: 'ops',
      queries: [[by('name, outcome', rate('keelson_circuit_breaker_calls_total')), '{{name}} {{outcome}}']],
    },
  ],
};

const discovery = {
  row: 'Discovery',
  panels: [
    {
      title: 'Instances known',
      asks: 'Whom could we call?',
      queries: [['min by (service) (keelson_discovery_instances{SEL})', '{{service}}']],
    },
    {
      title: 'Age of what is known',
      asks: 'Does the registry still answer?',
      unit: 's',
      queries: [['max by (service) (keelson_discovery_age_seconds{SEL})', '{{service}}']],
    },
    {
      title: 'Fetches and errors',
      asks: 'What do Eureka and DNS answer?',
      unit: 'ops',
      queries: [
        [by('outcome', rate('keelson_discovery_fetches_total')), 'Eureka {{outcome}}'],
        [by('service', rate('keelson_discovery_errors_total')), 'DNS {{service}}'],
      ],
    },
    {
      title: 'Instances left out',
      asks: 'Are there instances that only fail?',
      unit: 'ops',
      queries: [[by('service', rate('keelson_outlier_ejections_total')), '{{service}}']],
    },
  ],
};

const messaging = {
  row: 'Messages',
  panels: [
    {
      title: 'Sent',
      asks: 'What is published or sent, and does the broker take it?',
      unit: 'ops',
      queries: [
        [
          by('messaging_destination_name, error_type', rate('messaging_client_sent_messages_total')),
          '{{messaging_destination_name}} {{error_type}}',
        ],
      ],
    },
    {
      title: 'Duration of sending',
      asks: 'How long until the broker has it?',
      unit: 's',
      queries: [
        [quantile(0.5, 'messaging_client_operation_duration_seconds'), 'p50'],
        [quantile(0.99, 'messaging_client_operation_duration_seconds'), 'p99'],
      ],
    },
    {
      title: 'Outstanding',
      asks: 'How many messages has the broker not confirmed? At messaging.maxOutstanding (1000) further ones wait.',
      queries: [
        ['sum by (instance) (messaging_outstanding_confirms{SEL})', '{{instance}} unconfirmed'],
        ['sum by (instance) (messaging_outstanding_publishes{SEL})', '{{instance}} with those that wait'],
      ],
    },
    {
      title: 'Buffered',
      asks: 'How much memory do they take? At messaging.maxBuffered (32 MB) further ones are refused.',
      unit: 'bytes',
      queries: [['sum by (instance) (messaging_buffered_bytes{SEL})', '{{instance}}']],
    },
    {
      title: 'Connection to the broker',
      asks: 'Is it there, and does it stay?',
      queries: [
        ['min by (instance) (messaging_connected{SEL})', '{{instance}} connected'],
        ['sum by (instance) (increase(messaging_reconnects_total{SEL}[RATE]))', '{{instance}} made again'],
      ],
    },
    {
      title: 'Refused or returned',
      asks: 'What did the broker not take?',
      unit: 'ops',
      queries: [
        [by('instance', rate('messaging_nacked_total')), '{{instance}} refused'],
        [by('instance', rate('messaging_returned_total')), '{{instance}} no queue'],
        [
          by('messaging_destination_name', rate('messaging_unroutable_dropped_total')),
          '{{messaging_destination_name}} nobody subscribes',
        ],
      ],
    },
    {
      title: 'Delivered',
      asks: 'What is taken?',
      unit: 'ops',
      queries: [[by(source, rate('messaging_client_consumed_messages_total')), sourceLegend]],
    },
    {
      title: 'Handlers that failed',
      asks: 'Which handler fails, and with what code?',
      unit: 'ops',
      queries: [
        [
          by(`${source}, error_type`, rate('messaging_process_duration_seconds_count', failed)),
          `${sourceLegend} {{error_type}}`,
        ],
      ],
    },
    {
      title: 'Duration of handling, p99',
      asks: 'Which handler is slow?',
      unit: 's',
      queries: [[quantile(0.99, 'messaging_process_duration_seconds', source), sourceLegend]],
    },
    {
      title: 'Delay',
      asks: 'How old are messages when they are handled?',
      unit: 's',
      queries: [
        [quantile(0.5, 'messaging_delivery_latency_seconds', source), `${sourceLegend} p50`],
        [quantile(0.99, 'messaging_delivery_latency_seconds', source), `${sourceLegend} p99`],
      ],
    },
    {
      title: 'Retried',
      asks: 'What will be handled again later?',
      unit: 'ops',
      queries: [[by(source, rate('messaging_retried_messages_total')), sourceLegend]],
    },
    {
      title: 'Dead letters since the start',
      asks: 'What failed for good, and why?',
      queries: [[by(`${source}, reason`, 'messaging_dead_letters_total{SEL}'), `${sourceLegend} {{reason}}`]],
    },
    {
      title: 'Twice or too late',
      asks: 'What came again, and what was skipped?',
      unit: 'ops',
      queries: [
        [by(source, rate('messaging_redelivered_messages_total')), `${sourceLegend} delivered again`],
        [by(source, rate('messaging_duplicate_messages_total')), `${sourceLegend} handled before`],
        [by(source, rate('messaging_expired_messages_total')), `${sourceLegend} nobody waits`],
        [by('instance', rate('messaging_late_events_total')), '{{instance}} after its ttlMs'],
      ],
    },
  ],
};

const rabbitmq = {
  row: 'RabbitMQ (its plugin rabbitmq_prometheus)',
  panels: [
    {
      title: 'Waiting in queues',
      asks: 'Do consumers keep up?',
      queries: [[`sum by (queue) (rabbitmq_detailed_queue_messages_ready{${ownQueues}})`, '{{queue}}']],
    },
    {
      title: 'Waiting in dead letters',
      asks: 'What must somebody look at?',
      queries: [['sum by (queue) (rabbitmq_detailed_queue_messages_ready{queue=~".+[.]dlq"})', '{{queue}}']],
    },
    {
      title: 'Consumers',
      asks: 'Does somebody take from each queue?',
      queries: [[`sum by (queue) (rabbitmq_detailed_queue_consumers{${ownQueues}})`, '{{queue}}']],
    },
    {
      title: 'Alarms of the broker',
      asks: 'Does it stop publishers, as it is short of something?',
      red: 1,
      queries: [
        ['max(rabbitmq_alarms_memory_used_watermark)', 'memory'],
        ['max(rabbitmq_alarms_free_disk_space_watermark)', 'disk'],
        ['max(rabbitmq_alarms_file_descriptor_limit)', 'files'],
      ],
    },
  ],
};

const processes = {
  row: 'Event loop and process',
  panels: [
    {
      title: 'Delay of the event loop',
      asks: 'Does something compute for long?',
      unit: 's',
      queries: [
        ['max by (instance) (nodejs_eventloop_delay_p50_seconds{SEL})', '{{instance}} p50'],
        ['max by (instance) (nodejs_eventloop_delay_p99_seconds{SEL})', '{{instance}} p99'],
        ['max by (instance) (nodejs_eventloop_delay_max_seconds{SEL})', '{{instance}} longest'],
      ],
    },
    {
      title: 'Event loop in use',
      asks: 'How much room is left? One loop has no more than 1.',
      unit: 'percentunit',
      queries: [['max by (instance) (nodejs_eventloop_utilization_ratio{SEL})', '{{instance}}']],
    },
    {
      title: 'Processor',
      asks: 'How many processors are used?',
      queries: [[by('instance', rate('process_cpu_seconds_total')), '{{instance}}']],
    },
    {
      title: 'Memory',
      asks: 'How much is used, and what is allowed?',
      unit: 'bytes',
      queries: [
        ['sum by (instance) (process_resident_memory_bytes{SEL})', '{{instance}} in RAM'],
        ['sum by (instance) (v8js_memory_heap_used_bytes{SEL})', '{{instance}} heap in use'],
        ['sum by (instance) (process_heap_bytes{SEL})', '{{instance}} heap reserved'],
        ['sum by (instance) (nodejs_external_memory_bytes{SEL})', '{{instance}} outside the heap'],
      ],
    },
    {
      title: 'Share of the memory that is allowed',
      asks: 'How near is the end?',
      unit: 'percentunit',
      queries: [
        [
          'max by (instance) (process_resident_memory_bytes{SEL} / process_memory_limit_bytes{SEL})',
          '{{instance}} of the container',
        ],
        [
          'sum by (instance) (v8js_memory_heap_used_bytes{SEL}) / sum by (instance) (nodejs_heap_size_limit_bytes{SEL})',
          '{{instance}} of the heap',
        ],
      ],
    },
    {
      title: 'Garbage collection',
      asks: 'Which part of the time does it take?',
      unit: 'percentunit',
      queries: [[by('instance, v8js_gc_type', rate('v8js_gc_duration_seconds_sum')), '{{instance}} {{v8js_gc_type}}']],
    },
    {
      title: 'Active resources',
      asks: 'What piles up?',
      queries: [[by('type', 'nodejs_active_resources{SEL}'), '{{type}}']],
    },
    {
      title: 'Age of the process',
      asks: 'When was it restarted?',
      unit: 's',
      queries: [['time() - max by (instance) (process_start_time_seconds{SEL})', '{{instance}}']],
    },
  ],
};

const own = {
  row: 'Checks, logs, traces',
  panels: [
    {
      title: 'Health checks',
      asks: 'Which check is down?',
      kind: 'state-timeline',
      states: 'check',
      queries: [['min by (instance, check) (keelson_health_check_status{SEL})', '{{check}} {{instance}}']],
    },
    {
      title: 'Duration of checks, p99',
      asks: 'Is a dependency slow to answer?',
      unit: 's',
      queries: [[quantile(0.99, 'keelson_health_check_duration_seconds', 'check'), '{{check}}']],
    },
    {
      title: 'Log lines lost',
      asks: 'Does somebody read standard output fast enough?',
      unit: 'ops',
      queries: [
        [by('instance', rate('keelson_log_lines_dropped_total')), '{{instance}}'],
        [by('instance', rate('keelson_log_transport_lines_lost_total')), '{{instance}} of a transport'],
      ],
    },
    {
      title: 'Spans',
      asks: 'Do traces arrive?',
      unit: 'ops',
      queries: [
        [by('instance', rate('keelson_trace_spans_exported_total')), '{{instance}} taken'],
        [by('instance, reason', rate('keelson_trace_spans_dropped_total')), '{{instance}} {{reason}}'],
      ],
    },
    {
      title: 'Metrics in trouble',
      asks: 'Has a metric too many label values, or does it fail?',
      queries: [
        [by('metric', 'keelson_metrics_series_dropped_total{SEL}'), '{{metric}} overflow'],
        [by('metric', 'keelson_metrics_collect_failures_total{SEL}'), '{{metric}} failed'],
      ],
    },
  ],
};

/** All rows, from top to bottom. */
export const rows = [overview, incoming, outgoing, breakers, discovery, messaging, rabbitmq, processes, own];
