import { healthFormat, toMicroProfile, type Health } from '../health';
import { type Operation, type OperationReply } from '../http';

const probes = [
  { group: 'liveness', path: '/livez', alias: '/health/live', everywhere: true },
  { group: 'readiness', path: '/readyz', alias: '/health/ready', everywhere: true },
  { group: 'startup', path: '/startupz', alias: '/health/started', everywhere: false },
] as const;

/** The answers of a probe never change, so they are written once. */
const bodies = { up: '{"status":"UP"}', down: '{"status":"DOWN"}' } as const;

/**
 * The probes and /health.
 *
 * @param base stands before every path but those of Kubernetes' own (`/livez`, `/readyz`, `/startupz`)
 */
export function healthOperations(
  health: Health,
  base: string,
  about: { version: string; name: string; instance: string },
): Operation[] {
  const asked = probes.flatMap(({ group, path, alias, everywhere }): Operation[] => [
    { method: 'GET', path, everywhere, handle: () => probeReply(health, group) },
    {
      method: 'GET',
      path: base + alias,
      handle: ({ access }) => (access ? detailedReply(health, group) : probeReply(health, group)),
    },
  ]);
  const info = { version: about.version, serviceId: about.name, releaseId: about.version };
  const whole: Operation = {
    method: 'GET',
    path: `${base}/health`,
    handle: ({ access, headers }) => {
      const format = healthFormat(headers.accept);
      const report = access ? health.report('health') : health.summary('health');
      const status = health.probe('health').up ? 200 : 503;
      return { status, contentType: format.contentType, body: JSON.stringify(format.render(report, info)) };
    },
  };
  return [...asked, whole];
}

type Probe = (typeof probes)[number]['group'];

function probeReply(health: Health, group: Probe): OperationReply {
  return health.probe(group).up ? { status: 200, body: bodies.up } : { status: 503, body: bodies.down };
}

function detailedReply(health: Health, group: Probe): OperationReply {
  const { up } = health.probe(group);
  return { status: up ? 200 : 503, body: JSON.stringify(toMicroProfile(health.report(group))) };
}
