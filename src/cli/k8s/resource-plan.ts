import { why, type Why } from './why';
import { mebi, mebibytes } from './words';

/** What of a service its memory depends on; bytes. */
export interface ResourceFacts {
  /** Does it take requests? */
  readonly hasRoutes: boolean;
  readonly maxInFlight: number;
  readonly bodyLimit: number;
  /** Messages that it may hold at once. */
  readonly heldMessages: number;
  readonly maxMessage: number;
  /** Bytes of messages that may wait for the broker; 0 without one. */
  readonly maxBuffered: number;
  readonly logBuffered: number;
}

export interface ResourcePlan {
  readonly cpuMilli: Why<number>;
  readonly memoryMiB: Why<number>;
  /** What `--max-old-space-size` says, in MiB. */
  readonly heapMiB: Why<number>;
  readonly advice: readonly string[];
}

/** Node.js itself, code and threads' stacks: resident without a single object of the service. */
const nativeBytes = 64 * mebi;
/**
 * MiB of young objects, three semi-spaces: in a small container, and in one of up to 2 GiB. Node.js 24 makes them as large as that by the memory limit
 * (measured in control groups); 20 and 22 smaller.
 */
const young = { small: 48, large: 96 } as const;
/** The limit in MiB up to which a container is small in this. */
const smallMiB = 1_024;
/** What is planned for the service's own objects until somebody has measured. */
const plannedHeapBytes = 256 * mebi;
/** Bodies and messages that are planned for at most: beyond that a setting is wrong, not the memory. */
const largestBuffers = 1_024 * mebi;
const step = 64;

/** From the limits of the service to the resources of its container. */
export function resourcePlan(facts: ResourceFacts): ResourcePlan {
  const parts = buffersOf(facts);
  const wanted = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const buffers = Math.min(wanted, largestBuffers);
  const { memory, youngMiB } = limitFor(nativeBytes + buffers + plannedHeapBytes);
  const heap = Math.floor(memory - youngMiB - (nativeBytes + buffers) / mebi);
  const list = parts.map(({ what, bytes }) => `${mebibytes(bytes)} for ${what}`).join(', ');
  return {
    cpuMilli: why(
      250,
      'A guess until it is measured: a quarter of the one processor that JavaScript can use. The scheduler keeps it free for this pod; idle processors may be used beyond it. There is no CPU limit on purpose: when one is used up, the kernel halts the whole process for the rest of each tenth of a second, so that probes, deadlines and heartbeats are late on a node that has time to spare.',
    ),
    memoryMiB: why(
      memory,
      `What may be in use at once: ${mebibytes(nativeBytes)} for Node.js itself, ${youngMiB} MiB for young objects, ${list === '' ? '' : `${list}, `}${mebibytes(plannedHeapBytes)} or a little more for what the service keeps (measure and change); in steps of ${step} MiB. Request and limit are the same: memory cannot be taken back, so a node that promised more than it has kills pods.`,
    ),
    heapMiB: why(
      heap,
      `What the memory limit leaves for old objects, so that V8 collects harder and then says "heap out of memory" with a stack, instead of being killed by the kernel without a word. In MiB, because Node.js 20 refuses to start with --max-old-space-size-percentage. Change it together with the limit.`,
    ),
    advice: adviceOn(facts, wanted),
  };
}

/** The limit in MiB, with room for young objects, which are as many as it allows. */
function limitFor(bytes: number): { memory: number; youngMiB: number } {
  const withYoung = (more: number): number => Math.ceil((bytes / mebi + more) / step) * step;
  const memory = withYoung(young.small);
  if (memory <= smallMiB) return { memory, youngMiB: young.small };
  return { memory: withYoung(young.large), youngMiB: young.large };
}

interface Buffers {
  readonly what: string;
  readonly bytes: number;
}

function buffersOf(facts: ResourceFacts): Buffers[] {
  const { hasRoutes, maxInFlight, bodyLimit, heldMessages, maxMessage, maxBuffered, logBuffered } = facts;
  const all = [
    { what: 'bodies (http.maxInFlight x http.bodyLimit)', bytes: hasRoutes ? maxInFlight * bodyLimit : 0 },
    { what: 'messages in hand (their number x messaging.maxMessage)', bytes: heldMessages * maxMessage },
    { what: 'messages that wait for the broker (messaging.maxBuffered)', bytes: maxBuffered },
    { what: 'log lines that wait (log.maxBuffered)', bytes: logBuffered },
  ];
  return all.filter(({ bytes }) => bytes > 0);
}

function adviceOn({ maxInFlight, bodyLimit, heldMessages, maxMessage }: ResourceFacts, wanted: number): string[] {
  if (wanted <= largestBuffers) return [];
  const ways = ['HTTP_MAX_IN_FLIGHT', 'HTTP_BODY_LIMIT'];
  if (heldMessages * maxMessage > maxInFlight * bodyLimit)
    ways.splice(0, 2, 'MESSAGING_PREFETCH', 'MESSAGING_MAX_MESSAGE');
  return [
    `The limits allow ${mebibytes(wanted)} of bodies and messages at once, and only ${mebibytes(largestBuffers)} are planned for: lower ${ways.join(' or ')}, or raise the memory limit.`,
  ];
}
