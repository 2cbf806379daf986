import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../../lambda/domain/generation.ts';
import type { ByteStream } from '../../../lambda/domain/images/image.ts';
import type { Failed, Finished, ImageProvider, ProviderCall, Waiting } from '../../../lambda/domain/provider.ts';
import { between, drawsFrom, mix } from '../draws.ts';
import type { Network } from '../network.ts';
import type { Invocation, Scheduler } from '../scheduler.ts';
import type { Act } from '../script.ts';
import { picture } from './bucket.ts';
import { type Model, models, tokenMicros } from './provider-models.ts';

/** A request as the vendor has it in its books. */
export interface Billed {
  readonly at: number;
  readonly job: number;
  /** The nonce of the submission that it was made for; empty where there is none. */
  readonly nonce: string;
  readonly provider: string;
  readonly model: string;
  readonly invocation: Invocation;
  /** What it is charged, in micro-dollars, if it is. */
  readonly micros: number;
  /** The client is still there, waiting for the answer. */
  isOpen: boolean;
  /** It was turned away for its rate, and nothing was done. */
  isRefused: boolean;
  /** It was asked to stop, and has said that it has. */
  saidStopped: boolean;
}

/** A call of a vendor, be it a request, a poll or a cancellation. */
export interface VendorCall {
  readonly invocation: Invocation;
  readonly apiKey: string;
  /** The nonce of the submission that it was made for. */
  readonly nonce: string;
}

interface Work {
  readonly id: number;
  readonly request: Billed;
  readonly images: number;
  /** When it will be done, in epoch milliseconds; infinite where it never is. */
  readonly readyAt: number;
  readonly endsWell: boolean;
  readonly onCancel: Act['onCancel'];
  isCalledOff: boolean;
}

export interface VendorsOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly network: Network;
  /** What the vendor does with a job's request, by how many that job has made. */
  readonly actFor: (job: number, request: number, model: Model) => Act;
  /** The nonce of the submission that a job's number stands for now. */
  readonly nonceOf: (job: number) => string;
  /** Told of each request that may cost money the moment it arrives. */
  readonly onRequest: (request: Billed) => void;
  /** Told of each call before it is made. */
  readonly onCall: (call: VendorCall) => void;
}

/** The number of the job that a request is for: the client wrote it into the prompt. */
const jobInPrompt = (prompt: string): number => Number(/#(\d+)/.exec(prompt)?.[1] ?? -1);

/** All vendors, with the books that they keep. */
export class Vendors {
  readonly books: Billed[] = [];
  /** How many requests each job was charged for, by the nonce of its submission; only those that were. */
  readonly charged = new Map<string, number>();
  /** What each job was charged, in micro-dollars, likewise. */
  readonly bills = new Map<string, number>();
  readonly #byLife = new Map<string, Billed[]>();
  readonly refusals = new Map<string, number[]>();
  readonly #work: Work[] = [];
  readonly #options: VendorsOptions;

  constructor(options: VendorsOptions) {
    this.#options = options;
  }

  #requestsOf(nonce: string): Billed[] {
    const known = this.#byLife.get(nonce) ?? [];
    this.#byLife.set(nonce, known);
    return known;
  }

  /** The requests that a job has made, by the nonce of its submission. */
  requestsOf(nonce: string): readonly Billed[] {
    return this.#byLife.get(nonce) ?? [];
  }

  /** The vendor has made up its mind. */
  #charge({ nonce, micros }: Billed): void {
    this.charged.set(nonce, (this.charged.get(nonce) ?? 0) + 1);
    this.bills.set(nonce, (this.bills.get(nonce) ?? 0) + micros);
  }

  /** A vendor as one invocation reaches it. */
  adapterFor(invocation: Invocation): ImageProvider {
    const { onCall, nonceOf } = this.#options;
    const workOf = (id: unknown, { apiKey }: ProviderCall): Work | undefined => {
      const work = this.#work[Number(id)];
      if (work) onCall({ invocation, apiKey, nonce: work.request.nonce });
      return work;
    };
    return {
      start: (request, call) => {
        onCall({ invocation, apiKey: call.apiKey, nonce: nonceOf(jobInPrompt(request.prompt)) });
        return this.#start(invocation, request, call);
      },
      resume: (ticket, call) => this.#resume(invocation, workOf(ticket.id, call), call),
      cancel: (ticket, call) => this.#cancel(invocation, workOf(ticket.id, call), call),
    };
  }

  async #start(invocation: Invocation, asked: ImageRequest, call: ProviderCall): Promise<Finished | Waiting> {
    const { network, scheduler, actFor, nonceOf, onRequest } = this.#options;
    const model = modelOf(asked.model);
    const job = jobInPrompt(asked.prompt);
    const { act, request } = await network.ask({ invocation, label: 'vendor.request', job, to: 'vendor' }, () => {
      const nonce = nonceOf(job);
      const known = this.#requestsOf(nonce);
      const billed: Billed = {
        ...{ at: scheduler.now, job, nonce, provider: model.provider, model: model.name, invocation },
        micros: this.#priceOf(model, asked.n, job, known.length),
        ...{ isOpen: true, isRefused: false, saidStopped: false },
      };
      this.books.push(billed);
      known.push(billed);
      onRequest(billed);
      return { act: actFor(job, known.length - 1, model), request: billed };
    });
    call.keepRawRequest({ prompt: asked.prompt });
    if (act.says === 'ticket') return this.#ticket(invocation, asked, act, request, call);
    // The vendor works on whatever becomes of its client.
    scheduler.after(act.takesSeconds * 500, undefined, () => {
      if (act.isCharged) this.#charge(request);
    });
    try {
      await this.#options.network.during(invocation, act.takesSeconds, call.signal);
    } finally {
      request.isOpen = false;
    }
    return this.#answer(invocation, asked, act, request, call);
  }

  /** What a request for so many images is charged: a price, or whatever its work comes to. */
  #priceOf({ charges, micros }: Model, images: number, job: number, request: number): number {
    if (charges === 'images') return micros.likely * images;
    const draw = drawsFrom(mix(this.#options.seed, 0xb111, job, request));
    const each = Math.floor(between(draw, micros.likely / 2, micros.worst + 1) / tokenMicros) * tokenMicros;
    return each * images;
  }

  async #answer(
    invocation: Invocation,
    asked: ImageRequest,
    act: Act,
    request: Billed,
    call: ProviderCall,
  ): Promise<Finished> {
    if (act.says === 'images') return this.#images(invocation, asked.n, act, request, call);
    if (act.says === 'ticket') throw new Error('A ticket is answered before.');
    if (act.says === 'rate_limited') {
      request.isRefused = true;
      const name = `${request.provider}/${request.model}`;
      this.refusals.set(name, [...(this.refusals.get(name) ?? []), this.#options.scheduler.now]);
    }
    throw new ProviderFailure(act.says, act.message, {
      ...(act.statusCode === undefined ? {} : { statusCode: act.statusCode }),
      ...(act.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: act.retryAfterSeconds }),
    });
  }

  async #images(
    invocation: Invocation,
    count: number,
    act: Act,
    request: Billed,
    call: ProviderCall,
  ): Promise<Finished> {
    call.keepRawResponse(() => ({ made: count }));
    const images = [];
    for (let index = 0; index < count; index += 1) {
      const said = act.revisedPrompt === undefined ? {} : { revisedPrompt: act.revisedPrompt };
      if (modelOf(request.model).answers !== 'bytes')
        images.push({ url: `https://vendor/${request.job}/${index}`, ...said });
      else images.push({ image: await call.saveImage(index, this.#chunk(invocation, 0.05, call.signal)), ...said });
    }
    return { status: 'finished', images, warnings: [], ...saidOf(request) };
  }

  /** A picture's bytes, after some time. */
  async *#chunk(invocation: Invocation, seconds: number, signal: AbortSignal): ByteStream {
    await this.#options.network.during(invocation, seconds, signal);
    yield picture;
  }

  /** A result at an address, as the guarded client gets it: mostly it is there. */
  async *fetch(invocation: Invocation, url: string, signal: AbortSignal): ByteStream {
    const { network, seed } = this.#options;
    const job = Number(url.split('/')[3]);
    await network.ask({ invocation, label: 'vendor.fetch', job, to: 'vendor' }, () => undefined);
    const draw = drawsFrom(mix(seed, 0xfe7c, job));
    await this.#options.network.during(invocation, between(draw, 0.2, 8), signal);
    if (draw() < 0.02)
      throw new ProviderFailure('malformed', 'No image can be had from that address.', { billed: 'yes' });
    yield picture;
  }

  async #ticket(
    invocation: Invocation,
    asked: ImageRequest,
    act: Act,
    request: Billed,
    call: ProviderCall,
  ): Promise<Waiting> {
    const { scheduler } = this.#options;
    const work: Work = {
      ...{ id: this.#work.length, request, images: asked.n, endsWell: act.isCharged, isCalledOff: false },
      onCancel: act.onCancel,
      readyAt: scheduler.now + act.takesSeconds * 1000,
    };
    this.#work.push(work);
    scheduler.after(act.takesSeconds * 1000, undefined, () => {
      if (act.isCharged && !work.isCalledOff) this.#charge(request);
    });
    await this.#options.network.during(invocation, 0.4, call.signal).finally(() => {
      request.isOpen = false;
    });
    return {
      status: 'waiting',
      ticket: { id: String(work.id), poll: `https://vendor/${work.id}` },
      checkAfterSeconds: 5,
    };
  }

  async #resume(
    invocation: Invocation,
    work: Work | undefined,
    call: ProviderCall,
  ): Promise<Finished | Waiting | Failed> {
    if (!work) throw new Error('There is no such ticket.');
    const { network, scheduler, seed } = this.#options;
    const { job } = work.request;
    await network.ask({ invocation, label: 'vendor.poll', job, to: 'vendor' }, () => undefined);
    const draw = drawsFrom(mix(seed, 0x9011, job, scheduler.now));
    await this.#options.network.during(invocation, 0.3, call.signal);
    if (draw() < 0.03) throw new ProviderFailure('overloaded', 'Try later.', { statusCode: 503 });
    if (work.isCalledOff) {
      work.request.saidStopped = true;
      return { status: 'failed', failure: new ProviderFailure('called_off', 'It was called off.') };
    }
    if (scheduler.now < work.readyAt) {
      return {
        status: 'waiting',
        ticket: { id: String(work.id), poll: `https://vendor/${work.id}` },
        checkAfterSeconds: between(draw, 2, 20),
      };
    }
    if (!work.endsWell)
      return {
        status: 'failed',
        failure: new ProviderFailure('refused', 'The content was refused.', { billed: 'no' }),
      };
    const act: Act = { says: 'images', takesSeconds: 0, isCharged: true, message: '' };
    return this.#images(invocation, work.images, act, work.request, call);
  }

  async #cancel(invocation: Invocation, work: Work | undefined, call: ProviderCall): Promise<void> {
    if (!work) throw new Error('There is no such ticket.');
    const { network } = this.#options;
    await network.ask({ invocation, label: 'vendor.cancel', job: work.request.job, to: 'vendor' }, () => {
      work.isCalledOff ||= work.onCancel === 'stops' && this.#options.scheduler.now < work.readyAt;
    });
    if (work.onCancel === 'refuses') throw new ProviderFailure('unsupported', 'Nothing can be stopped here.');
    call.signal.throwIfAborted();
  }
}

/** What a vendor says of the costs of a request, where it does. */
function saidOf({ model, micros }: Billed): Pick<Finished, 'usage' | 'cost'> {
  const tokens = micros / tokenMicros;
  const usage = { input_tokens: 0, output_tokens: tokens, total_tokens: tokens };
  return { usage, ...(modelOf(model).charges === 'as_reported' ? { cost: micros } : {}) };
}

function modelOf(name: string): Model {
  const model = models.find((each) => each.name === name);
  if (!model) throw new Error(`No vendor has a model ${name}.`);
  return model;
}
