/** What the acoustic model was trained on; everything behind the decoder runs at this rate. */
export const SAMPLE_RATE_HZ = 16_000
