/**
 * Browser-based uploads: docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html (fields and answers) and
 * docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html (signature).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FormHead, receiveForm } from './post-form.ts';
import { checkConditions, type LengthRange, readPolicy } from './post-policy.ts';
import { accessDenied, escapeXml, preconditionFailed, S3Refusal } from './s3-refusal.ts';
import {
  type Account,
  badParameters,
  checkSignature,
  readAmzDate,
  scopeOf,
  signatureAlgorithm,
} from './signature-v4.ts';

/** The part of the object store that takes uploads. */
export interface UploadStore {
  hasBucket(bucket: string): boolean;
  putObject(
    bucket: string,
    key: string,
    body: Buffer,
    contentType: string,
    metadata: Record<string, string>,
    systemMetadata: Record<string, string>,
  ): { readonly etag: string };
}

/** What uploads by form need. */
export interface PostSettings {
  readonly account: Account;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The longest file, in bytes, that the emulator holds: S3 itself takes 5 GB in one request. */
  readonly maxBytes: number;
}

/** Stores the file of a posted form and answers. Throws a refusal, with nothing stored. */
export async function postObject(
  bucket: string,
  request: IncomingMessage,
  response: ServerResponse,
  store: UploadStore,
  settings: PostSettings,
): Promise<void> {
  if (!request.headers['content-type']?.toLowerCase().startsWith('multipart/form-data')) {
    throw preconditionFailed('Bucket POST must be of the enclosure-type multipart/form-data');
  }
  if (request.headers['content-length'] === undefined) {
    throw new S3Refusal(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (!store.hasBucket(bucket)) throw new S3Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
  let form = new Map<string, string>();
  const bytes = await receiveForm(request, (head) => {
    form = withKey(head, bucket);
    return judgeForm(form, settings);
  });
  const stored = store.putObject(
    bucket,
    form.get('key') ?? '',
    bytes,
    form.get('content-type') ?? 'binary/octet-stream',
    metadataOf(form),
    systemMetadataOf(form),
  );
  sendStored(response, form, bucket, stored.etag, `http://${request.headers.host}/${bucket}`);
}

/**
 * The fields as the policy's conditions see them: the key with the file's name in it, and the bucket that is posted to,
 * with which a field of that name must agree.
 */
function withKey({ fields, fileName }: FormHead, bucket: string): Map<string, string> {
  const key = fields.get('key');
  if (key === undefined || key === '') throw missingField('key');
  const named = fields.get('bucket') ?? bucket;
  if (named !== bucket) throw accessDenied(`Invalid according to Policy: The form is for another bucket: ${named}`);
  return new Map([...fields, ['bucket', bucket], ['key', key.replaceAll(/\$\{filename\}/g, () => fileName)]]);
}

const missingField = (name: string): S3Refusal =>
  new S3Refusal(
    400,
    'InvalidArgument',
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    { ArgumentName: name, ArgumentValue: '' },
  );

/** Signature, expiry, conditions, in this order. */
function judgeForm(form: ReadonlyMap<string, string>, { account, now, maxBytes }: PostSettings): LengthRange {
  const policyText = form.get('policy');
  // The bucket is private: without a policy the form comes from nobody.
  if (policyText === undefined) throw accessDenied();
  checkFormSignature(form, policyText, account);
  const policy = readPolicy(policyText);
  if (now() >= policy.expiresAt) throw accessDenied('Invalid according to Policy: Policy expired.');
  const { min, max } = checkConditions(policy, form);
  return { min, max: Math.min(max, maxBytes) };
}

function checkFormSignature(form: ReadonlyMap<string, string>, policyText: string, account: Account): void {
  const demand = (name: string): string => {
    const value = form.get(name.toLowerCase());
    if (value === undefined) throw missingField(name);
    return value;
  };
  if (demand('X-Amz-Algorithm') !== signatureAlgorithm) {
    const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
    throw new S3Refusal(400, 'InvalidRequest', message);
  }
  const scope = scopeOf(demand('X-Amz-Credential'), account);
  const date = demand('X-Amz-Date');
  if (readAmzDate(date) === undefined || !date.startsWith(scope.day)) {
    throw badParameters('X-Amz-Date must be in the ISO8601 Long Format, and of the day that the credential names');
  }
  checkSignature(demand('X-Amz-Signature'), policyText, scope, account);
}

const metadataPrefix = 'x-amz-meta-';

const metadataOf = (form: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    [...form]
      .filter(([name]) => name.startsWith(metadataPrefix))
      .map(([name, value]) => [name.slice(metadataPrefix.length), value]),
  );

/** Fields that become headers of the object, with their names in the store. */
const systemFields = {
  'content-disposition': 'contentDisposition',
  'cache-control': 'cacheControl',
  'content-encoding': 'contentEncoding',
} as const;

const systemMetadataOf = (form: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(systemFields).flatMap(([field, name]) => {
      const value = form.get(field);
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** 204, or what `success_action_status` asks for: 200, or 201 with a body. Other values count as absent. */
function sendStored(
  response: ServerResponse,
  form: ReadonlyMap<string, string>,
  bucket: string,
  etag: string,
  address: string,
): void {
  const key = form.get('key') ?? '';
  const Location = `${address}/${encodeURIComponent(key)}`;
  const asked = form.get('success_action_status');
  const headers = { etag, location: Location };
  if (asked !== '201') {
    response.writeHead(asked === '200' ? 200 : 204, headers).end();
    return;
  }
  const elements = Object.entries({ Location, Bucket: bucket, Key: key, ETag: etag });
  const inner = elements.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  response.writeHead(201, { ...headers, 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${inner}</PostResponse>`);
}
