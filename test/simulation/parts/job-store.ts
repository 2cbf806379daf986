import type { Transition } from '../../../lambda/domain/jobs/conditions.ts';
import type { Job, OpenJob } from '../../../lambda/domain/jobs/job.ts';
import { WriteRefused } from '../../../lambda/domain/jobs/write-refused.ts';
import type { Applied, JobStore, Undone } from '../../../lambda/domain/ports.ts';
import { type Network, StoreFault } from '../network.ts';
import type { Invocation } from '../scheduler.ts';
import type { JobTable } from './job-table.ts';

export interface JobStoreOptions {
  readonly table: JobTable;
  readonly network: Network;
  readonly jobNumberOf: (id: string) => number;
  /** Told when a worker sets about to complete a job, whether or not it gets there. */
  readonly onCompleting: (id: string) => void;
}

/** The table of jobs as one invocation reaches it. */
export class SimulatedJobStore implements JobStore {
  readonly #options: JobStoreOptions;
  readonly #invocation: Invocation;

  constructor(options: JobStoreOptions, invocation: Invocation) {
    this.#options = options;
    this.#invocation = invocation;
  }

  create(job: OpenJob): Promise<'created' | 'taken'> {
    return this.#ask('jobs.create', job.id, () => this.#options.table.create(job)).catch((error: unknown) => {
      const isSure = error instanceof StoreFault && !error.isUnknown;
      throw isSure ? new WriteRefused(error.message, { cause: error }) : error;
    });
  }

  undo(job: OpenJob): Promise<Undone> {
    return this.#ask('jobs.undo', job.id, () => this.#options.table.undo(job));
  }

  find(id: string): Promise<Job | undefined> {
    return this.#ask('jobs.find', id, () => this.#options.table.find(id));
  }

  apply(id: string, transition: Transition): Promise<Applied> {
    if (transition.name === 'complete' && !this.#invocation.wasFrozen) this.#options.onCompleting(id);
    return this.#ask(`jobs.${transition.name}`, id, () => this.#options.table.apply(id, transition));
  }

  #ask<Answer>(label: string, id: string, work: () => Answer): Promise<Answer> {
    const { network, jobNumberOf } = this.#options;
    return network.ask({ invocation: this.#invocation, label, job: jobNumberOf(id), to: 'store' }, work);
  }
}
