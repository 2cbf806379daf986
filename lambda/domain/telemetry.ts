/** What happened, as operators see it: each code has a log line and, where it counts, a metric. */
export type EventCode =
  | 'job_accepted'
  | 'job_replayed'
  | 'submission_refused'
  | 'submission_undone'
  | 'submission_undo_failed'
  | 'wake_up_malformed'
  | 'wake_up_orphaned'
  | 'wake_up_stale'
  | 'job_completed'
  | 'job_failed'
  | 'job_cancelled'
  | 'job_stopped'
  | 'job_deleted'
  | 'job_overdue'
  | 'end_cut'
  | 'job_woken'
  | 'backlog_unknown'
  | 'wake_up_buried'
  | 'ticket_cancel_failed'
  | 'ticket_given_up'
  | 'job_lost'
  | 'job_crashed'
  | 'attempt_started'
  | 'attempt_succeeded'
  | 'attempt_failed'
  | 'attempt_recovered'
  | 'poll_failed'
  | 'raw_not_kept'
  | 'raw_not_read'
  | 'inputs_not_read'
  | 'results_not_stored'
  | 'attempt_abandoned'
  | 'attempt_settled'
  | 'renewal_failed'
  | 'worker_fault'
  | 'cleanup_failed'
  | 'provider_keys_stale'
  | 'provider_keys_malformed'
  | 'key_rested'
  | 'model_refused'
  | 'gate_closed'
  | 'gate_not_told'
  | 'attempt_held'
  | 'answer_cut'
  | 'request_failed';

export type EventFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Log and metrics. Fields are ids, names, counts and times: never a prompt, a key, an address with a signature or bytes. */
export interface Telemetry {
  record(code: EventCode, fields: EventFields, cause?: unknown): void;
}
