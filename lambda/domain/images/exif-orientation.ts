const orientationTag = 0x0112;
const bytesPerEntry = 12;

/** Whether EXIF begins there under its name, as in the APP1 marker of a jpeg: `Exif` and two zero bytes. Makes no object. */
export const isExif = (view: DataView, at: number): boolean =>
  at + 6 <= view.byteLength && view.getUint32(at) === 0x45786966 && view.getUint16(at + 4) === 0;

/**
 * Reads the orientation, 2 to 8, out of an EXIF block: the payload of a jpeg's APP1 marker, of a png's eXIf chunk, or of a
 * webp's EXIF chunk. Undefined where it says 1, nothing, or what can't be read, all of which viewers show as stored. Only
 * its first directory counts, which is the picture's: the second is that of a thumbnail. Source: CIPA DC-008 4.5 and 4.6.4.
 */
export function readOrientation(block: Uint8Array): number | undefined {
  const named = new DataView(block.buffer, block.byteOffset, block.byteLength);
  // An offset counts from the TIFF header, behind the name: a jpeg's has one, the others may by the habit of some writers.
  const tiff = isExif(named, 0) ? block.subarray(6) : block;
  if (tiff.length < 8) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittleEndian = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, isLittleEndian);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, isLittleEndian);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * bytesPerEntry;
    if (at + bytesPerEntry > tiff.length) return undefined;
    if (view.getUint16(at, isLittleEndian) !== orientationTag) continue;
    const value = view.getUint16(at + 8, isLittleEndian);
    return value >= 2 && value <= 8 ? value : undefined;
  }
  return undefined;
}
