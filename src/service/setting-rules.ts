import { type SchemaPart } from '../config';
import { brokenFaults } from './fault-settings';
import { type ChassisValues } from './service';

type Broken = ReturnType<NonNullable<SchemaPart['check']>>[number];

const smallestBuffer = 1_024;
const largestBody = 1024 ** 3;

/**
 * What must hold for the chassis's own settings beyond the format of each. The parts that use them check the same again; here it becomes
 * part of the one report of all that is wrong.
 */
export const checkChassis: NonNullable<SchemaPart['check']> = (values, environment) => {
  // Those that are not valid by themselves are undefined: comparisons with them are false.
  const { http, log, eureka, discovery, messaging } = values as unknown as Pick<
    ChassisValues,
    'http' | 'log' | 'eureka' | 'discovery' | 'messaging'
  >;
  const broken: Broken[] = [];
  if (http.requestTimeoutMs < http.headersTimeoutMs)
    broken.push({
      key: 'http.requestTimeoutMs',
      expected: `at least http.headersTimeoutMs, which is ${http.headersTimeoutMs}: the whole request cannot take less than its headers`,
    });
  if (http.bodyLimit > largestBody) broken.push({ key: 'http.bodyLimit', expected: 'at most 1GB' });
  if (http.host === '') broken.push({ key: 'http.host', expected: 'a host name or address' });
  if (isOff(http.rawBody, (path) => path.startsWith('/')))
    broken.push({ key: 'http.rawBody', expected: 'a list of paths that begin with a slash' });
  if (isOff(http.bodyTypes, (type) => type.includes('/')))
    broken.push({ key: 'http.bodyTypes', expected: 'a list of media types' });
  if (log.maxBuffered < smallestBuffer)
    broken.push({ key: 'log.maxBuffered', expected: `${smallestBuffer} bytes or more` });
  if (isOff(eureka.url, isServerUrl))
    broken.push({ key: 'eureka.url', expected: 'URLs such as http://registry:8761/eureka, separated by commas' });
  if (discovery.kind === 'eureka' && eureka.url?.length === 0)
    broken.push({ key: 'eureka.url', expected: 'the address of a server or more, because discovery.kind is eureka' });
  if (!isListOfServices(discovery.static))
    broken.push({
      key: 'discovery.static',
      expected: 'lists of URLs by service: {"inventory": ["http://10.0.0.7:8080"]}',
    });
  if (isOff(messaging.url, isBrokerUrl))
    broken.push({ key: 'messaging.url', expected: 'URLs such as amqp://broker:5672, separated by commas' });
  if (messaging.heartbeatMs % 1_000 !== 0)
    broken.push({ key: 'messaging.heartbeatMs', expected: 'whole seconds: the protocol counts in them' });
  return [...broken, ...brokenFaults(values, environment)];
};

function isBrokerUrl(text: string): boolean {
  return /^amqps?:\/\//i.test(text) && URL.canParse(text);
}

function isServerUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function isListOfServices(list: Readonly<Record<string, unknown>> | undefined): boolean {
  if (list === undefined) return true;
  const isUrl = (one: unknown): boolean => typeof one === 'string' && isServerUrl(one);
  return Object.values(list).every((urls) => Array.isArray(urls) && urls.every(isUrl));
}

function isOff(list: readonly string[] | undefined, fits: (one: string) => boolean): boolean {
  return list !== undefined && !list.every(fits);
}
