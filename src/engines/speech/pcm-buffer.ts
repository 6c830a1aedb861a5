export type PcmBuffer = {
  /** False as soon as there is more than allowed. */
  add(chunk: Uint8Array): boolean
  readonly isOverfull: boolean
  toSamples(): Float32Array
}

/** Collects 32-bit float samples, little-endian, up to a number of bytes. */
export function createPcmBuffer(maxBytes: number): PcmBuffer {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return {
    add(chunk) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) return false
      chunks.push(chunk)
      return true
    },
    get isOverfull() {
      return bytes > maxBytes
    },
    toSamples: () => toSharedSamples(chunks, bytes),
  }
}

/**
 * Samples in shared memory, limited to [-1, 1]: lossy codecs overshoot a little, and a float file may hold anything.
 * What is not a number becomes silence. Every processor that Node runs on here is little-endian, as the samples are.
 */
function toSharedSamples(chunks: readonly Uint8Array[], bytes: number): Float32Array {
  const memory = new SharedArrayBuffer(bytes - (bytes % Float32Array.BYTES_PER_ELEMENT))
  const target = new Uint8Array(memory)
  let filled = 0
  for (const chunk of chunks) {
    const fitting = chunk.subarray(0, target.length - filled)
    target.set(fitting, filled)
    filled += fitting.length
  }
  const samples = new Float32Array(memory)
  for (const [index, sample] of samples.entries()) {
    samples[index] = Number.isNaN(sample) ? 0 : Math.min(1, Math.max(-1, sample))
  }
  return samples
}
