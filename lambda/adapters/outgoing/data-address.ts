import { Base64Decoder } from '../../domain/bytes/base64-decoder.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { ByteStream } from '../../domain/images/image.ts';

/** How much of an address is decoded at once, in characters. */
const pieceCharacters = 64 * 1024;

/**
 * The bytes within a `data:` address (RFC 2397), in pieces; what they are, they say themselves. The address is as long
 * as the answer that it came in may be. Throws ProviderFailure `malformed` with `billed: 'yes'` for one that isn't in
 * base64.
 */
export async function* bytesOfDataAddress(address: string): ByteStream {
  const decoder = new Base64Decoder();
  try {
    for (let at = 0; at < address.length; at += pieceCharacters) {
      const bytes = decoder.push(Buffer.from(address.slice(at, at + pieceCharacters)));
      if (bytes.length > 0) yield bytes;
    }
    yield decoder.end();
  } catch (cause) {
    throw new ProviderFailure(
      'malformed',
      "The provider's image could not be read: its data address is not in base64.",
      {
        billed: 'yes',
        cause,
      },
    );
  }
}
