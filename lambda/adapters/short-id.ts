const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const short = /^[\w-]{22}$/;

/** A UUID in 22 characters instead of 36, where many of them share an item; any other id as it is. */
export const shortId = (id: string): string =>
  uuid.test(id) ? Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url') : id;

/** The id that `shortId` has shortened. */
export function longId(id: string): string {
  if (!short.test(id)) return id;
  const hex = Buffer.from(id, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
