/** Thrown inside codecs when bytes cannot be what they claim to be; every public decoder of untrusted input either documents it or returns it. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}
