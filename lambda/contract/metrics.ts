import type { FunctionName } from './environment.ts';

/** The CloudWatch namespace of all the gateway's metrics. */
export const metricNamespace = 'Darkroom';

/** The counts that the functions emit. Alarms and the dashboard use these names. */
export type MetricName =
  | 'JobsAccepted'
  | 'JobsReplayed'
  | 'SubmissionsRefused'
  | 'SubmissionsLimited'
  | 'SubmissionsUndone'
  | 'SubmissionUndoFailures'
  | 'MalformedMessages'
  | 'OrphanedMessages'
  | 'JobsCompleted'
  | 'JobsFailed'
  | 'JobsCancelled'
  | 'JobsDeleted'
  | 'JobsOverdue'
  | 'JobsWoken'
  | 'DeadLetteredMessages'
  | 'JobsLostByWorker'
  | 'JobsCrashed'
  | 'ProviderRequests'
  | 'ProviderSuccesses'
  | 'ProviderFailures'
  | 'InputsNotRead'
  | 'ResultsNotStored'
  | 'TicketsGivenUp'
  | 'AttemptsRecovered'
  | 'AttemptsAbandoned'
  | 'AttemptsClosedLate'
  | 'RenewalFailures'
  | 'WorkerFaults'
  | 'StaleProviderKeys'
  | 'MalformedProviderKeys'
  | 'KeysInCooldown'
  | 'GatesClosed'
  | 'AttemptsHeld'
  | 'AnswersCut'
  | 'CacheHits'
  | 'CacheMisses'
  | 'SlotsAwaited'
  | 'FilesCreated'
  | 'FileLimitsReached'
  | 'KeysCreated'
  | 'KeysUpdated'
  | 'KeysRotated'
  | 'KeysDeleted'
  | 'OwnersPurged'
  | 'WaitsRefused'
  | 'SynchronousResults'
  | 'SynchronousFailures'
  | 'SynchronousLimits'
  | 'TokenKeysUnavailable'
  | 'UnknownCosts'
  | 'RequestsOverBudget'
  | 'ReservationsThrottled'
  | 'ReservationsOrphaned'
  | 'RequestFaults';

/** The dimensions of a count. Each is emitted for the function as a whole, and also by provider where there is one. */
export interface MetricDimensions {
  /** The function's name in the contract. */
  readonly service: FunctionName;
  /** The name under which it is deployed: two stages of one account share the namespace, but no function. */
  readonly function: string;
  readonly provider?: string;
}
