import { randomBytes } from 'node:crypto';
import { type Bench } from './contract';
import { type Begin, type PatientFacts, type PatientOptions } from './orders';
import { Patient } from './patient';
import { lookingSettings, over, patientEnvironment, startingSettings } from './patient-settings';
import { startStub, type Stub } from './stub';

/** What a bench is made for. */
export interface BenchParts {
  /** Where the service is. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a patient's process runs. */
  readonly program: string;
}

/** A bench that somebody owns. */
export interface OwnedBench extends Bench {
  /** Ends those of a check's own, and what they left at the stub. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Looks at the service and makes ready what checks need. The look ends when the signal aborts: it may take as long as a start.
 *
 * @throws CONFIG_INVALID, START_FAILED (also when the signal aborts) and whatever else the service throws when it is made
 */
export async function openBench(parts: BenchParts, signal: AbortSignal): Promise<OwnedBench> {
  const stub = await startStub();
  try {
    return new DoctorBench(parts, stub, await look(parts, stub, signal));
  } catch (error) {
    await stub.close();
    throw error;
  }
}

async function look({ folder, env, program }: BenchParts, stub: Stub, signal: AbortSignal): Promise<PatientFacts> {
  const begin = { folder, settings: lookingSettings, downstream: stub.origin, ...nothing };
  const patient = new Patient({ program, env, begin });
  const stop = (): void => void patient.end();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await patient.made;
  } finally {
    signal.removeEventListener('abort', stop);
    await patient.end();
  }
}

const nothing = { prefix: '/keelson-doctor', secret: '', held: false, start: false };

class DoctorBench implements OwnedBench {
  readonly secret = `planted${randomBytes(12).toString('hex')}`;
  readonly #token = `token${randomBytes(12).toString('hex')}`;
  readonly #prefix = `/keelson-doctor-${randomBytes(6).toString('hex')}`;
  readonly #parts: BenchParts;
  #shared: Promise<Patient> | undefined;
  #sharedOne: Patient | undefined;
  #own: Patient[] = [];
  #closed = false;

  constructor(
    parts: BenchParts,
    readonly stub: Stub,
    readonly facts: PatientFacts,
  ) {
    this.#parts = parts;
  }

  readonly shared = async (): Promise<Patient> => {
    if ((await this.#sharedOne?.endsWithin(0)) !== undefined) this.#shared = undefined;
    this.#shared ??= this.#start({}, (patient) => {
      this.#sharedOne = patient;
    });
    return this.#shared;
  };

  readonly fresh = (options: PatientOptions = {}): Promise<Patient> =>
    this.#start(options, (patient) => void this.#own.push(patient));

  async tidy(): Promise<void> {
    this.stub.mode = 'answer';
    await Promise.all(this.#own.splice(0).map((patient) => patient.end()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.tidy();
    await this.#sharedOne?.end();
    await this.stub.close();
  }

  async #start({ settings, held = false }: PatientOptions, keep: (patient: Patient) => void): Promise<Patient> {
    // Nobody would end it: a check that was given up may still go on.
    if (this.#closed) throw new Error('The bench is closed.');
    const { folder, env, program } = this.#parts;
    const base = startingSettings({ token: this.#token, collector: this.stub.origin });
    const begin: Begin = {
      folder,
      settings: over(base, settings),
      downstream: this.stub.origin,
      prefix: this.#prefix,
      secret: this.secret,
      held,
      start: true,
    };
    const patient = new Patient({ program, env: patientEnvironment(env), begin });
    keep(patient);
    if (held) await patient.made;
    else {
      await patient.ready;
      await patient.findPlace();
    }
    return patient;
  }
}
