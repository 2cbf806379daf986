import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '../contract/environment.ts';
import { type MetricDimensions, type MetricName, metricNamespace } from '../contract/metrics.ts';
import type { EventCode, EventFields, Telemetry } from '../domain/telemetry.ts';
import { deployedFunctionName } from './config.ts';

interface EventRow {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Counted under this name: for the function as a whole, and by provider besides where the event has one. */
  readonly metric?: MetricName;
}

/** What operators see of each event. Alarms and saved queries go by the codes and the metrics' names. */
export const eventTable = {
  job_accepted: { level: 'info', metric: 'JobsAccepted' },
  job_replayed: { level: 'info', metric: 'JobsReplayed' },
  submission_refused: { level: 'warn', metric: 'SubmissionsRefused' },
  submission_limited: { level: 'info', metric: 'SubmissionsLimited' },
  submission_undone: { level: 'warn', metric: 'SubmissionsUndone' },
  submission_undo_failed: { level: 'error', metric: 'SubmissionUndoFailures' },
  wake_up_malformed: { level: 'error', metric: 'MalformedMessages' },
  wake_up_orphaned: { level: 'warn', metric: 'OrphanedMessages' },
  wake_up_stale: { level: 'info' },
  job_completed: { level: 'info', metric: 'JobsCompleted' },
  job_failed: { level: 'warn', metric: 'JobsFailed' },
  job_cancelled: { level: 'info', metric: 'JobsCancelled' },
  job_stopped: { level: 'warn', metric: 'JobsCancelled' },
  job_deleted: { level: 'info', metric: 'JobsDeleted' },
  job_overdue: { level: 'error', metric: 'JobsOverdue' },
  end_cut: { level: 'error' },
  job_woken: { level: 'warn', metric: 'JobsWoken' },
  backlog_unknown: { level: 'warn' },
  durations_unknown: { level: 'warn' },
  wake_up_dead_lettered: { level: 'error', metric: 'DeadLetteredMessages' },
  ticket_cancel_failed: { level: 'warn' },
  ticket_given_up: { level: 'warn', metric: 'TicketsGivenUp' },
  job_lost: { level: 'warn', metric: 'JobsLostByWorker' },
  job_crashed: { level: 'error', metric: 'JobsCrashed' },
  attempt_started: { level: 'info', metric: 'ProviderRequests' },
  attempt_succeeded: { level: 'info', metric: 'ProviderSuccesses' },
  attempt_failed: { level: 'warn', metric: 'ProviderFailures' },
  poll_failed: { level: 'warn' },
  raw_not_kept: { level: 'warn' },
  raw_not_read: { level: 'warn' },
  inputs_fetched: { level: 'info' },
  input_not_fetched: { level: 'warn' },
  inputs_not_read: { level: 'error', metric: 'InputsNotRead' },
  results_not_stored: { level: 'error', metric: 'ResultsNotStored' },
  attempt_recovered: { level: 'warn', metric: 'AttemptsRecovered' },
  attempt_abandoned: { level: 'error', metric: 'AttemptsAbandoned' },
  attempt_closed_late: { level: 'warn', metric: 'AttemptsClosedLate' },
  renewal_failed: { level: 'warn', metric: 'RenewalFailures' },
  worker_fault: { level: 'error', metric: 'WorkerFaults' },
  cleanup_failed: { level: 'warn' },
  provider_keys_stale: { level: 'error', metric: 'StaleProviderKeys' },
  provider_keys_malformed: { level: 'error', metric: 'MalformedProviderKeys' },
  key_in_cooldown: { level: 'error', metric: 'KeysInCooldown' },
  model_refused: { level: 'warn' },
  gate_closed: { level: 'warn', metric: 'GatesClosed' },
  gate_not_told: { level: 'warn' },
  attempt_held: { level: 'info', metric: 'AttemptsHeld' },
  answer_cut: { level: 'warn', metric: 'AnswersCut' },
  answer_hit: { level: 'info', metric: 'CacheHits' },
  answer_led: { level: 'info' },
  answer_missed: { level: 'info', metric: 'CacheMisses' },
  answer_shared: { level: 'info' },
  answer_published: { level: 'info' },
  answer_not_published: { level: 'warn' },
  answer_not_copied: { level: 'warn' },
  answer_deleted: { level: 'info' },
  answers_unavailable: { level: 'warn' },
  slot_awaited: { level: 'info', metric: 'SlotsAwaited' },
  slot_not_told: { level: 'warn' },
  file_uploaded: { level: 'info', metric: 'FilesCreated' },
  file_announced: { level: 'info', metric: 'FilesCreated' },
  file_deleted: { level: 'info' },
  file_limit_reached: { level: 'warn', metric: 'FileLimitsReached' },
  key_created: { level: 'info', metric: 'KeysCreated' },
  key_updated: { level: 'info', metric: 'KeysUpdated' },
  key_rotated: { level: 'info', metric: 'KeysRotated' },
  key_deleted: { level: 'info', metric: 'KeysDeleted' },
  owner_purged: { level: 'info', metric: 'OwnersPurged' },
  wait_refused: { level: 'info', metric: 'WaitsRefused' },
  wait_not_told: { level: 'warn' },
  synchronous_answered: { level: 'info', metric: 'SynchronousResults' },
  synchronous_failed: { level: 'warn', metric: 'SynchronousFailures' },
  synchronous_limit_reached: { level: 'warn', metric: 'SynchronousLimits' },
  token_keys_unavailable: { level: 'error', metric: 'TokenKeysUnavailable' },
  cost_unknown: { level: 'warn', metric: 'UnknownCosts' },
  request_over_budget: { level: 'warn', metric: 'RequestsOverBudget' },
  reservation_throttled: { level: 'warn', metric: 'ReservationsThrottled' },
  reservation_not_ended: { level: 'warn' },
  reservation_orphaned: { level: 'warn', metric: 'ReservationsOrphaned' },
  usage_unreadable: { level: 'error' },
  key_not_tidy: { level: 'warn' },
  request_failed: { level: 'error', metric: 'RequestFaults' },
} as const satisfies Record<EventCode, EventRow>;

/** Writes each event as one JSON log line, and its count in CloudWatch's embedded metric format. */
export function createTelemetry(name: FunctionName, deployedName: string = deployedFunctionName()): Telemetry {
  const logger = new Logger({ serviceName: name });
  const { service, ...defaultDimensions }: MetricDimensions = { service: name, function: deployedName };
  const metrics = new Metrics({ namespace: metricNamespace, serviceName: service, defaultDimensions });
  return {
    record(code: EventCode, fields: EventFields, cause?: unknown): void {
      const row: EventRow = eventTable[code];
      logger[row.level](code, { code, ...fields, ...(cause === undefined ? {} : { cause: causeOf(cause) }) });
      if (!row.metric) return;
      const single = metrics.singleMetric();
      // A set of its own each: CloudWatch adds nothing up over a dimension, and an alarm needs the whole.
      if (fields.provider) single.addDimensions({}).addDimensions({ provider: String(fields.provider) });
      single.addMetric(row.metric, MetricUnit.Count, 1);
    },
  };
}

const maxCauseCharacters = 2000;

/** An error's name, message and stack, cut: a body or an image must never reach the log by way of a message. */
function causeOf(cause: unknown): Readonly<Record<string, string>> {
  if (!(cause instanceof Error)) return { message: String(cause).slice(0, maxCauseCharacters) };
  return {
    name: cause.name,
    message: cause.message.slice(0, maxCauseCharacters),
    stack: (cause.stack ?? '').slice(0, maxCauseCharacters),
    ...(cause.cause === undefined ? {} : { cause: String(cause.cause).slice(0, maxCauseCharacters) }),
  };
}
