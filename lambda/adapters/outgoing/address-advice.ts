import type { RefusalReason, TransferRefused } from './transfer-refused.ts';

/** What only the stage can allow, by trusting the host. */
const hostReasons: ReadonlySet<RefusalReason> = new Set(['not_https', 'port', 'not_public']);

/** Why an input's address is refused, as the end of a sentence, and what to do if another spelling of it wouldn't help. */
export const refusalWithAdvice = ({ reason }: TransferRefused, why: string): string =>
  hostReasons.has(reason)
    ? `${why}. Upload the image by \`POST /v1/files\`, or have the stage's setting \`trustedInputHosts\` name the host.`
    : `${why}.`;
