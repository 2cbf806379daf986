import type { ServerResponse } from 'node:http';
import type { Fault, FaultKind } from './fault-order.ts';
import type { ImageSource } from './image-source.ts';
import type { RequestLogLine } from './request-log.ts';
import { closed, sendAllAndCut, sendAndCut, sendAnswer, sendTruncated } from './send-answer.ts';
import type { StreamEvent, WireAnswer, WirePlan } from './vendor-wire.ts';

type PlayedKind = Exclude<FaultKind, 'slow'>;
export type PlayedFault = Extract<Fault, { kind: PlayedKind }>;
type MakingPlan = Extract<WirePlan, { kind: 'make' }>;

/** Whether the vendor has made, and bills, the images when the fault occurs, unless the fault itself specifies it. */
const chargedByDefault: Readonly<Record<PlayedKind, boolean>> = {
  status: false,
  refuse: false,
  cut_before_answer: true,
  cut_body: true,
  hang: false,
  html_200: false,
  truncated_json: true,
  empty_data: false,
  wrong_image: true,
  cut_stream: true,
  end_stream: true,
  error_event: false,
};

/** Whether a fault costs money. */
export function isCharged(fault: PlayedFault): boolean {
  return 'charged' in fault && fault.charged !== undefined ? fault.charged : chargedByDefault[fault.kind];
}

/** What a fault is played on. */
export interface FaultStage {
  readonly response: ServerResponse;
  readonly line: RequestLogLine;
  readonly plan: MakingPlan;
  /** How long the work behind a ticket takes. */
  readonly seconds: number;
  /** The wire's error for an ordered failure. */
  failure(failure: { status: number; code?: string; message?: string; retryAfter?: string }): WireAnswer;
  /** These events, sent while the work continues. */
  streamed(events: readonly StreamEvent[]): WireAnswer;
  /** Adds the wire's headers to an answer. */
  dress(answer: WireAnswer): WireAnswer;
}

const page =
  '<!DOCTYPE html>\n<html><head><title>One moment</title></head><body><h1>Checking your browser</h1></body></html>\n';

/** Answers, or fails to answer, according to the fault. The outcome is recorded before the client can see it. */
export async function playFault(fault: PlayedFault, stage: FaultStage): Promise<void> {
  const { response, line, plan, seconds } = stage;
  switch (fault.kind) {
    case 'status':
      line.note({ outcome: 'failed', status: fault.status });
      return deliver(stage, stage.failure(orderedFailure(fault)));
    case 'refuse':
      return refuse(stage);
    case 'cut_before_answer':
      line.note({ outcome: 'cut' });
      response.destroy();
      return;
    case 'cut_body':
      line.note({ outcome: 'cut', status: 200 });
      return sendAndCut(response, stage.dress(await plan.answer(plan.images, seconds)), fault.afterBytes ?? 1024);
    case 'cut_stream':
      line.note({ outcome: 'cut', status: 200 });
      return sendAllAndCut(response, stage.dress(stage.streamed(eventsBefore(fault, plan))));
    case 'end_stream':
      line.note({ outcome: 'failed', status: 200 });
      return deliver(stage, stage.streamed(eventsBefore(fault, plan)));
    case 'error_event':
      line.note({ outcome: 'failed', status: 200 });
      return deliver(stage, stage.streamed([...eventsBefore(fault, plan), ...errorEvents(fault, plan)]));
    case 'hang':
      line.note({ outcome: 'hung' });
      return closed(response);
    case 'html_200':
      line.note({ outcome: 'failed', status: 200 });
      return deliver(stage, { status: 200, headers: { 'content-type': 'text/html' }, body: [page] });
    case 'truncated_json':
      line.note({ outcome: 'failed', status: 200 });
      return sendTruncated(response, stage.dress(await plan.answer(plan.images, seconds)), fault.afterBytes ?? 256);
    case 'empty_data':
      line.note({ outcome: 'failed', status: 200 });
      return deliver(stage, await plan.answer([], seconds));
    case 'wrong_image':
      line.note({ outcome: 'failed', status: 200 });
      return deliver(
        stage,
        await plan.answer(
          plan.images.map(() => noImage),
          seconds,
        ),
      );
  }
}

type StreamFault = Extract<Fault, { kind: 'cut_stream' | 'end_stream' | 'error_event' }>;

const eventsBefore = ({ afterPartials = 1 }: StreamFault, { stream }: MakingPlan): readonly StreamEvent[] =>
  (stream?.events ?? []).filter(({ isPartial }) => isPartial).slice(0, afterPartials);

const errorEvents = (
  { code, message }: Extract<Fault, { kind: 'error_event' }>,
  { stream }: MakingPlan,
): readonly StreamEvent[] => (stream ? [stream.failure({ status: 500, code, message })] : []);

async function refuse(stage: FaultStage): Promise<void> {
  const answer = (await stage.plan.refusal?.()) ?? stage.failure({ status: 400, code: 'moderation_blocked' });
  stage.line.note({ outcome: 'refused', status: answer.status });
  return deliver(stage, answer);
}

const noImage: ImageSource = async () => Buffer.from('These bytes are no image, whatever the answer says of them.');

async function deliver(stage: FaultStage, answer: WireAnswer): Promise<void> {
  await sendAnswer(stage.response, stage.dress(answer));
}

function orderedFailure(fault: Extract<Fault, { kind: 'status' }>) {
  const { status, code, message, retryAfter } = fault;
  return {
    status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }),
  };
}
