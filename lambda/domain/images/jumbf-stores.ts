// JUMBF boxes in the APP11 segments of a jpeg, each of which may be split over several segments. Sources: ISO/IEC 19566-5, A.3
// (description boxes) and D.2 (segments: "JP", the number of the box, that of the packet, the box's header once more, its data),
// as contentauth/c2pa-rs `sdk/src/asset_handlers/jpeg_io.rs` reads them; the type and label of a manifest store are those of the
// C2PA Technical Specification, "Manifest stores".

/** What a store's beginning may take: two headers, of which each may have a long length, a type, toggles and a label. */
const storeHeadBytes = 16 + 16 + 16 + 1 + 5;

/** How much of a segment is read: what precedes its part of the box, and this much of that. */
export const segmentHeadBytes = 8 + 16 + storeHeadBytes;

/** Boxes under way at once; a file with more of them that never end is malformed. */
const maxBoxes = 8;

interface Box {
  /** Of its data: bytes in all, and those that have come. */
  readonly length: number;
  received: number;
  packet: number;
  /** The first bytes of its data, as many as a store's beginning may take. */
  readonly head: number[];
}

/** The boxes of one jpeg, as its segments come. */
export class JumbfStores {
  readonly #boxes = new Map<number, Box>();

  /** Takes the beginning of an APP11 segment and the length of the whole; true once a C2PA manifest store has come in full. */
  take(head: Uint8Array, length: number): boolean {
    const part = partIn(head, length);
    if (!part) return false;
    const box = this.#boxOf(part);
    if (!box) return false;
    box.packet = part.packet;
    box.received += part.bytes;
    box.head.push(...part.data.subarray(0, storeHeadBytes - box.head.length));
    if (box.received < box.length) return false;
    this.#boxes.delete(part.box);
    return box.received === box.length && isManifestStore(Uint8Array.from(box.head));
  }

  /** The box that a part goes on with, or begins; undefined for one that is out of order. */
  #boxOf(part: Part): Box | undefined {
    const known = this.#boxes.get(part.box);
    if (known) return part.packet === known.packet + 1 && part.length === known.length ? known : undefined;
    if (this.#boxes.size >= maxBoxes) return undefined;
    const begun: Box = { length: part.length, received: 0, packet: part.packet, head: [] };
    this.#boxes.set(part.box, begun);
    return begun;
  }
}

interface Part {
  readonly box: number;
  readonly packet: number;
  /** Of the whole box's data, in bytes. */
  readonly length: number;
  /** Of this part of it, in bytes. */
  readonly bytes: number;
  /** As much of this part as was read. */
  readonly data: Uint8Array;
}

function partIn(head: Uint8Array, length: number): Part | undefined {
  const header = head.length < 16 || textOf(head, 0, 2) !== 'JP' ? undefined : boxHeader(head.subarray(8));
  if (header?.type !== 'jumb') return undefined;
  const view = viewOf(head);
  return {
    box: view.getUint16(2),
    packet: view.getUint32(4),
    length: header.length - header.bytes,
    bytes: length - 8 - header.bytes,
    data: head.subarray(8 + header.bytes),
  };
}

/** A box's header: its length with the header, its type, and the header's own length. Undefined where there is no room for one. */
function boxHeader(bytes: Uint8Array): { length: number; type: string; bytes: number } | undefined {
  if (bytes.length < 8) return undefined;
  const view = viewOf(bytes);
  const length = view.getUint32(0);
  const type = textOf(bytes, 4, 8);
  if (length >= 8) return { length, type, bytes: 8 };
  if (length !== 1 || bytes.length < 16) return undefined;
  return { length: Number(view.getBigUint64(8)), type, bytes: 16 };
}

const storeType = [0x63, 0x32, 0x70, 0x61, 0, 0x11, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71] as const;

/** Whether a superbox begins with the description of a manifest store. */
function isManifestStore(data: Uint8Array): boolean {
  const header = boxHeader(data);
  if (header?.type !== 'jumd') return false;
  const description = data.subarray(header.bytes);
  const isOfType = storeType.every((byte, at) => description[at] === byte);
  // Behind the type, a byte of toggles.
  return isOfType && textOf(description, 17, 22) === 'c2pa\0';
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));
