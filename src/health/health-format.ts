import { type HealthReport, type HealthSummary } from './contract';
import { type HealthJsonInfo, toHealthJson } from './health-json';
import { toSpringActuator } from './spring-actuator';

/** One way to write a report. */
export interface HealthFormat {
  /** The Content-Type of the body. */
  readonly contentType: string;
  /** The body, to be written as JSON. `info` is used by application/health+json only. */
  render(report: HealthReport | HealthSummary, info?: HealthJsonInfo): object;
}

const json: HealthFormat = Object.freeze({
  contentType: 'application/json',
  render: (report: HealthReport | HealthSummary) => report,
});

const spring3 = springFormat(3);
const spring2 = springFormat(2);
const healthJson: HealthFormat = Object.freeze({ contentType: 'application/health+json', render: toHealthJson });

/** Longer Accept headers are not looked at. */
const longest = 1000;

/**
 * Chooses the format that an Accept header prefers: keelson's own JSON (also when nothing else fits: whoever asks for health gets an answer), Spring Boot's
 * actuator media types v2 and v3, or application/health+json.
 */
export function healthFormat(accept: string | undefined): HealthFormat {
  if (accept === undefined || accept === '*/*' || accept.length > longest) return json;
  let best = json;
  let bestQuality = 0;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';');
    const format = formatOf(type.trim().toLowerCase());
    const quality = format === undefined ? 0 : qualityOf(parameters);
    if (format === undefined || quality <= bestQuality) continue;
    best = format;
    bestQuality = quality;
  }
  return best;
}

function formatOf(type: string): HealthFormat | undefined {
  switch (type) {
    case '*/*':
    case 'application/*':
    case json.contentType:
      return json;
    case spring3.contentType:
      return spring3;
    case spring2.contentType:
      return spring2;
    case healthJson.contentType:
      return healthJson;
    default:
      return undefined;
  }
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.map((each) => each.trim().toLowerCase()).find((each) => each.startsWith('q='));
  if (given === undefined) return 1;
  const quality = Number(given.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function springFormat(version: 2 | 3): HealthFormat {
  return Object.freeze({
    contentType: `application/vnd.spring-boot.actuator.v${version}+json`,
    render: (report: HealthReport | HealthSummary) => toSpringActuator(report, version),
  });
}
