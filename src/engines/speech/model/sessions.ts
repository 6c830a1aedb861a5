import { fileURLToPath } from 'node:url'
import { InferenceSession } from 'onnxruntime-node'

/** One core per session: a worker thread is one core, and threads of the runtime's own would compete with the others. */
const ONE_CORE: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  // Memory goes back after each run instead of growing to the longest recording.
  enableCpuMemArena: false,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
}

/** A network of `weights/`, or of another directory with files of the same names. */
export function openNetwork(name: string, directory?: string): Promise<InferenceSession> {
  const path = directory ? `${directory}/${name}` : fileURLToPath(new URL(`weights/${name}`, import.meta.url))
  return InferenceSession.create(path, ONE_CORE)
}

/** A named output as numbers; the networks are our own, so anything else is a broken file. */
export function numbersOf(result: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const tensor = result[name]
  if (tensor && 'data' in tensor && tensor.data instanceof Float32Array) return tensor.data
  throw new Error(`The network has no output "${name}"`)
}
