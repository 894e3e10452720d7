/** What `keelson --help` says. */
export const usage = `keelson: the chassis's command line

  keelson new [NAME] [--template minimal|rest-api|event-worker] [--dir FOLDER] [--pm npm|pnpm] [--keelson SPEC] [--yes]
      a new service with tests, Dockerfile and deployment files, in the folder NAME; asks for what is left out, unless --yes

  keelson config [--json]
      every setting of the service in this folder: type, default, value, where it comes from, environment name
  keelson config --markdown [--all]
      the service's own settings as a table for its README; --all: the chassis's too
  keelson config --json-schema
      the JSON Schema of its configuration files, for editors

  keelson k8s [--image NAME] [--replicas 2] [--namespace NAME] [--json]
      the Kubernetes manifests of the service in this folder, computed from its settings: Deployment, Service,
      HorizontalPodAutoscaler, PodDisruptionBudget and ServiceMonitor, with a reason for each number

  keelson print dockerfile|dockerignore|compose [--template minimal|rest-api|event-worker]
      a file of a template, with the name of the service in this folder
  keelson print dashboard|rules|prometheus
      the dashboard for Grafana, the alert rules for Prometheus, what Prometheus scrapes

  keelson topology print [--json]
      the exchanges, queues and bindings that RabbitMQ must have for the service in this folder
  keelson topology apply [--dry-run] [--json] [--url URL]
      declares them, and says what was there and what was made; --dry-run only looks

  keelson dlq list [QUEUE...] [--json] [--url URL]
      how many dead letters the queues have; by default those of the service in this folder
  keelson dlq show QUEUE [--limit 20] [--body] [FILTER...] [--json] [--url URL]
      why each letter died; all stay where they are
  keelson dlq replay QUEUE [--limit N] [--rate N] [--dry-run] [FILTER...] [--json] [--url URL]
      puts letters back into their queue, as a first attempt; --rate is letters per second
  keelson dlq drop QUEUE [--limit N] [--dry-run] [--yes] [FILTER...] [--json] [--url URL]
      deletes letters; asks before, unless --yes
      FILTER: --type NAME, --id ID, --reason REASON, --code CODE, --older-than 30d (w, d, h, m, s)

  keelson doctor [--json] [--limit SECONDS] [--only CHECK...] [--skip CHECK...]
      starts the service in this folder on in-memory parts and real sockets, and proves that it is sound, line by line

  keelson --version
  keelson --help

The service is found by package.json: "keelson": { "service": "dist/service.js" }.
The broker is --url, else AMQP_URL, else the service's messaging.url.
Exit codes: 0 done, 1 failed, in whole or in part, 2 not understood, 78 the service's configuration is invalid, 130 interrupted.
`;
