/**
 * The policy document of a browser-based upload, and its conditions. Source:
 * docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html; which names and operators ignore case is
 * from the S3 tests of Ceph (test_post_object_case_insensitive_condition_fields).
 */
import { z } from 'zod';
import { accessDenied, S3Refusal } from './s3-refusal.ts';

/** How many bytes a file may have; both ends belong to it. */
export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

interface FieldCondition {
  readonly operator: 'eq' | 'starts-with';
  /** In lower case, without the `$`. */
  readonly field: string;
  readonly value: string;
  /** As an error names it. */
  readonly text: string;
}

/** A policy, read. */
export interface PostPolicy {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly fields: readonly FieldCondition[];
  readonly ranges: readonly LengthRange[];
}

const size = z.union([z.int().min(0), z.string().regex(/^\d+$/).transform(Number)]);
const simpleCondition = z
  .record(z.string(), z.string())
  .refine(
    (condition) => Object.keys(condition).length === 1,
    'Simple-Conditions must have exactly one property specified.',
  );
const operator = z.string().toLowerCase();
const fieldCondition = z.tuple([operator.pipe(z.enum(['eq', 'starts-with'])), z.string().startsWith('$'), z.string()]);
const rangeCondition = z.tuple([operator.pipe(z.literal('content-length-range')), size, size]);
const policyDocument = z.object({
  expiration: z.iso.datetime().transform(Date.parse),
  conditions: z.array(z.union([fieldCondition, rangeCondition, simpleCondition])),
});

/** Reads the base64 of a policy. Throws a refusal for one that breaks the form. */
export function readPolicy(base64: string): PostPolicy {
  const policy = policyDocument.safeParse(parseJson(base64));
  if (!policy.success) {
    throw new S3Refusal(400, 'InvalidPolicyDocument', `Invalid Policy: ${z.prettifyError(policy.error)}`);
  }
  const fields: FieldCondition[] = [];
  const ranges: LengthRange[] = [];
  for (const condition of policy.data.conditions) {
    if (!Array.isArray(condition))
      fields.push(...Object.entries(condition).map(([name, value]) => exactly(name, value)));
    else if (condition[0] === 'content-length-range') ranges.push({ min: condition[1], max: condition[2] });
    else fields.push(onField(condition[0], condition[1], condition[2]));
  }
  return { expiresAt: policy.data.expiration, fields, ranges };
}

function parseJson(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw new S3Refusal(400, 'InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.');
  }
}

const exactly = (name: string, value: string): FieldCondition => onField('eq', `$${name}`, value);

const onField = (operator: FieldCondition['operator'], name: string, value: string): FieldCondition => ({
  operator,
  field: name.slice(1).toLowerCase(),
  value,
  text: `[${[operator, name, value].map((part) => JSON.stringify(part)).join(', ')}]`,
});

/** What needs no condition, besides fields that begin with `x-ignore-`. */
const exemptFields = ['x-amz-signature', 'policy', 'file', 'awsaccesskeyid', 'signature'];

/**
 * Checks a form's fields (names in lower case, `bucket` being the one that is posted to) and gives the range that the
 * file's length must be in. Throws a refusal for a condition that doesn't hold, and for a field without any.
 */
export function checkConditions(policy: PostPolicy, form: ReadonlyMap<string, string>): LengthRange {
  const failed = policy.fields.find((condition) => !holds(condition, form.get(condition.field)));
  if (failed) throw accessDenied(`Invalid according to Policy: Policy Condition failed: ${failed.text}`);
  const covered = new Set([...policy.fields.map(({ field }) => field), ...exemptFields]);
  const extra = [...form.keys()].filter((field) => !covered.has(field) && !field.startsWith('x-ignore-'));
  if (extra.length > 0) throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
  return {
    min: Math.max(0, ...policy.ranges.map(({ min }) => min)),
    max: Math.min(Number.POSITIVE_INFINITY, ...policy.ranges.map(({ max }) => max)),
  };
}

/** Media types parted by commas are a list, each of which must begin so. */
function holds({ operator, field, value }: FieldCondition, given: string | undefined): boolean {
  if (given === undefined) return false;
  if (operator === 'eq') return given === value;
  const parts = field === 'content-type' ? given.split(',').map((part) => part.trim()) : [given];
  return parts.every((part) => part.startsWith(value));
}
