// The order in which somebody new reads: every page of docs/ has its place here, with the line that llms.txt says about it.
const page = (path, title, about, children) => ({ path, title, about, ...(children && { children }) });

export const navigation = [
  {
    title: 'Start',
    pages: [
      page('README.md', 'What keelson is', 'what a service has after ten lines, and what is in the package'),
      page(
        'docs/getting-started.md',
        'Getting started',
        'a first service, its settings, errors, checks, metrics and tests',
      ),
      page(
        'docs/tutorial.md',
        'Tutorial',
        'from nothing to two services with a call and an event, and what deploys them',
      ),
      page('docs/new.md', 'A new service', '`keelson new`: a project from a template'),
      page('examples/minimal/README.md', 'Template: minimal', 'the smallest whole project'),
      page(
        'examples/rest-api/README.md',
        'Template: rest-api',
        'a resource in PostgreSQL, a call with a fallback, an event',
      ),
      page('examples/event-worker/README.md', 'Template: event-worker', 'a service that only takes events'),
      page('examples/shop/README.md', 'Example: shop', 'five services that call each other and send events'),
    ],
  },
  {
    title: 'Guides',
    pages: [
      page('docs/README.md', 'All guides', 'which concern has which guide, and which door of the package'),
      page('docs/configuration.md', 'Configuration', 'files, secrets, environment and flags; all errors at once'),
      page('docs/http.md', 'HTTP', 'requests: context, deadline, limits, bodies, validation'),
      page('docs/client.md', 'Calling other services', 'found, limited, tried again on another instance'),
      page('docs/discovery.md', 'Discovery', 'where instances are: memory, static, DNS, Eureka; balancers'),
      page('docs/eureka.md', 'Eureka', 'registering with a Eureka server, and asking it'),
      page('docs/resilience/README.md', 'Resilience', 'policies, and how they are put together', [
        page('docs/resilience/timeout.md', 'Timeout', 'a limit for one attempt, and a deadline for all'),
        page('docs/resilience/retry.md', 'Retry', 'try again, within a budget'),
        page('docs/resilience/circuit-breaker.md', 'Circuit breaker', 'leave alone what only fails'),
        page('docs/resilience/bulkhead.md', 'Bulkhead', 'so many calls at once'),
        page('docs/resilience/rate-limit.md', 'Rate limit', 'so many calls in a time'),
        page('docs/resilience/fallback.md', 'Fallback', 'another answer where there is none'),
        page('docs/resilience/hedge.md', 'Hedge', 'a second attempt beside a slow one'),
        page('docs/resilience/cache.md', 'Cache', 'answers kept, refreshed, and used when a call fails'),
      ]),
      page('docs/messaging.md', 'Messaging', 'events and commands, in memory or over RabbitMQ'),
      page('docs/delivery.md', 'What delivery promises', 'what may be lost, repeated or reordered, and what may not'),
      page('docs/logging.md', 'Logs', 'structured lines, masked secrets, levels at run time'),
      page('docs/metrics.md', 'Metrics', 'metrics of your own, limits on series, formats'),
      page('docs/tracing.md', 'Tracing', 'spans, propagation, sampling, exporters'),
      page('docs/health.md', 'Health', 'probes and checks'),
      page('docs/lifecycle.md', 'The life of a service', 'start, drain, stop, crashes'),
      page('docs/testing.md', 'Testing', 'whole services in the process, stubs, a fake clock, a check for leaks'),
      page('docs/faults.md', 'Faults on purpose', 'late, failing, broken and lost work, to see what a service bears'),
    ],
  },
  {
    title: 'Operations',
    pages: [
      page('docs/doctor.md', 'keelson doctor', 'a report that proves a service is sound, line by line'),
      page('docs/operations.md', 'Operations', 'probes, signals, exit codes, what to do when something is wrong'),
      page(
        'docs/kubernetes.md',
        'Kubernetes',
        '`keelson k8s`: manifests computed from the settings, with a reason for each number',
      ),
      page('docs/monitoring.md', 'Monitoring', 'a dashboard, alert rules, and a stack to try them on'),
      page('docs/runbook.md', 'Runbook', 'each alert: what it means, where to look, what to do'),
      page('examples/operations/README.md', 'Operations files', 'compose, Prometheus and Grafana files'),
      page('docs/rabbitmq.md', 'Operating RabbitMQ', 'queues, dead letters, a broker that is away'),
    ],
  },
  {
    title: 'Reference',
    pages: [
      page('docs/settings.md', 'Settings', 'every setting: environment name, default, meaning'),
      page('docs/errors.md', 'Errors', 'every error code, its status, and who should do what'),
      page('docs/metric-list.md', 'All metrics', 'every metric: type, labels, meaning'),
      page('docs/log-fields.md', 'Log fields', 'every member of the log lines'),
      page('docs/command-line.md', 'The command line', '`keelson` and its commands'),
    ],
  },
  {
    title: 'Performance and reliability',
    pages: [
      page('docs/performance.md', 'Performance', 'what a request, a call and a message cost, with the commands'),
      page('bench/README.md', 'Benchmarks', 'what each benchmark measures and what it cannot show'),
      page('docs/simulation.md', 'Balancers and retries, simulated', '200 instances on simulated time'),
      page('docs/reliability.md', 'Reliability', 'what was done to a service to break it, and what it did'),
    ],
  },
  {
    title: 'Design',
    pages: [
      page(
        'docs/architecture.md',
        'Architecture',
        'the folders and their floors; the way of a request, a call, a message, in pictures',
      ),
      page('docs/adr/README.md', 'Decisions', 'what was decided, why, and what it costs', [
        page(
          'docs/adr/0001-one-implementation-two-doors.md',
          '1 Two doors',
          'one CommonJS build, an ESM facade by name',
        ),
        page('docs/adr/0002-requests-in-flight-are-swept.md', '2 Deadlines are swept', 'deadlines are kept by a sweep'),
        page(
          'docs/adr/0003-other-media-types-are-refused.md',
          '3 Media types',
          'a body that nobody will read is answered 415',
        ),
        page('docs/adr/0004-core-is-a-door-too.md', '4 Core is a door', '`keelson/core` is exported'),
        page(
          'docs/adr/0005-winston-carries-the-transports.md',
          '5 winston',
          'keelson writes its lines itself; winston carries the transports',
        ),
        page(
          'docs/adr/0006-bodies-are-read-by-keelson.md',
          '6 Bodies',
          'bodies are read by keelson, not by express.json',
        ),
        page(
          'docs/adr/0007-half-closed-connections-are-asked.md',
          '7 Half-closed',
          'a client that closes its side is asked whether it still listens',
        ),
        page('docs/adr/0008-each-folder-is-one-file.md', '8 One file a folder', 'each folder of the build is one file'),
        page('docs/adr/0009-short-answers-have-a-cheap-etag.md', '9 ETag', 'short answers have a cheap ETag'),
        page(
          'docs/adr/0010-three-methods-of-node-are-overridden.md',
          '10 Methods of Node',
          'three methods of Node.js are overridden',
        ),
        page('docs/adr/0011-the-heap-check-collects-garbage.md', '11 Heap check', 'the heap check collects garbage'),
        page('docs/adr/0012-eureka-js-client-is-compiled-in.md', '12 Eureka client', 'eureka-js-client is compiled in'),
        page(
          'docs/adr/0013-opossum-is-told-when-calls-have-ended.md',
          '13 opossum',
          'opossum is told when calls have ended',
        ),
        page('docs/adr/0014-what-is-missing-in-doubt-is-held.md', '14 In doubt', 'what is missing in doubt is held'),
        page('docs/adr/0015-two-connections-to-the-broker.md', '15 Two connections', 'two connections to the broker'),
        page('docs/adr/0016-tests-give-parts-by-the-scope.md', '16 Parts for tests', 'tests give parts by the scope'),
        page(
          'docs/adr/0017-messages-are-compared-at-equal-demands.md',
          '17 Equal demands',
          'messages are compared at equal demands',
        ),
      ]),
    ],
  },
  {
    title: 'Project',
    pages: [
      page('CHANGELOG.md', 'Changelog', 'what changed for users'),
      page('CONTRIBUTING.md', 'Contributing', 'how to work on keelson'),
      page('SECURITY.md', 'Security', 'how to report a weakness'),
    ],
  },
];

/** All pages in reading order, children behind their parents. */
export const listed = navigation.flatMap(({ pages }) => pages.flatMap((one) => [one, ...(one.children ?? [])]));
