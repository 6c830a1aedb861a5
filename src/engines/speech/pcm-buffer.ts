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
    toSamples: () => toSharedSamples(Buffer.concat(chunks)),
  }
}

/**
 * Samples in shared memory, limited to [-1, 1]: lossy codecs overshoot a little, and a float file may hold anything.
 * What is not a number becomes silence.
 */
function toSharedSamples(pcm: Buffer): Float32Array {
  const count = Math.floor(pcm.length / Float32Array.BYTES_PER_ELEMENT)
  const samples = new Float32Array(new SharedArrayBuffer(count * Float32Array.BYTES_PER_ELEMENT))
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  for (let index = 0; index < count; index += 1) {
    const sample = view.getFloat32(index * Float32Array.BYTES_PER_ELEMENT, true)
    samples[index] = Number.isNaN(sample) ? 0 : Math.min(1, Math.max(-1, sample))
  }
  return samples
}
