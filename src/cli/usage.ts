/** What `keelson --help` says. */
export const usage = `keelson: the chassis's command line

  keelson config [--json]
      every setting of the service in this folder: value, where it comes from, environment name

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

  keelson doctor [--json] [--only CHECK...] [--skip CHECK...]
      starts the service in this folder on in-memory parts and real sockets, and proves that it is sound, line by line

  keelson --version
  keelson --help

The service is found by package.json: "keelson": { "service": "dist/service.js" }.
The broker is --url, else AMQP_URL, else the service's messaging.url.
Exit codes: 0 done, 1 failed, in whole or in part, 2 not understood, 78 the service's configuration is invalid, 130 interrupted.
`;
