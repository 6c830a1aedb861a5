/** The native model knows these, in this order; two of them are noises. */
const NATIVE_PHONES =
  '+NSN+ +SPN+ AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH SIL T TH UH UW V W Y Z ZH'.split(
    ' ',
  )
const NOISES = 2
const STATES_WITHOUT_CONTEXT = 3 * NATIVE_PHONES.length
const SILENCE_AT = NATIVE_PHONES.indexOf('SIL')

export const NATIVE_CLASSES = NATIVE_PHONES.length - NOISES
/** Numbers of the native model in a frame. */
export const NATIVE_WIDTH = STATES_WITHOUT_CONTEXT + NATIVE_PHONES.length

/** Our class of each native phone: ours are in the same order with silence at the end. */
const CLASS_OF = NATIVE_PHONES.slice(NOISES).map((_, at) => {
  const native = at + NOISES
  if (native === SILENCE_AT) return NATIVE_CLASSES - 1
  return native < SILENCE_AT ? at : at - 1
})

/**
 * Frames of the native model (its states without context, then each phone over its states in any context, every
 * 10 ms) to one value per phone every 20 ms: the mean of two frames.
 */
export function toNativeClasses(frames: Float32Array, frameCount: number): Float32Array {
  const start = STATES_WITHOUT_CONTEXT + NOISES
  const width = NATIVE_WIDTH
  const classes = new Float32Array(frameCount * NATIVE_CLASSES)
  for (let frame = 0; frame < frameCount; frame += 1) {
    for (const [at, own] of CLASS_OF.entries()) {
      const first = frames[2 * frame * width + start + at] ?? 0
      const second = frames[(2 * frame + 1) * width + start + at] ?? 0
      classes[frame * NATIVE_CLASSES + own] = (first + second) / 2
    }
  }
  return classes
}
