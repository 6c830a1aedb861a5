import { AppError } from '#base/errors.ts'

export const audioEmpty = () =>
  new AppError('invalid', 'audio.empty', 'The audio file is empty: it has no bytes')

export const audioUnsupportedType = (found: string) =>
  new AppError(
    'unsupported',
    'audio.unsupported_type',
    `This is not an accepted audio file (${found}). Send webm, ogg, mp3, m4a, 3gp, wav, flac or aac`,
  )

export const audioUnreadable = (cause?: unknown) =>
  new AppError('unprocessable', 'audio.unreadable', 'The audio file is damaged: no sound could be read', {
    cause,
  })

export const audioTruncated = () =>
  new AppError(
    'unprocessable',
    'audio.truncated',
    'The audio file ends too early: a part of it is missing. Send it again',
  )

export const audioTooLong = (maxSeconds: number) =>
  new AppError('unprocessable', 'audio.too_long', `The audio is longer than the limit of ${maxSeconds} s`)

export const audioTooShort = (minMs: number) =>
  new AppError('unprocessable', 'audio.too_short', `The audio is shorter than the minimum of ${minMs} ms`)

export const audioDecodeTimedOut = () =>
  new AppError('timed_out', 'audio.decode_timed_out', 'Decoding the audio took too long and was stopped')

export const audioTooComplex = () =>
  new AppError(
    'unprocessable',
    'audio.too_complex',
    'Decoding the audio takes more computing time than is allowed. Record it with one channel and at most 48 kHz',
  )

export const audioNoSpeech = () =>
  new AppError('unprocessable', 'audio.no_speech', 'No speech was heard in the audio')

export const textNotSpeakable = () =>
  new AppError('unprocessable', 'text.not_speakable', 'The text has no word that can be spoken', {
    faults: [{ path: 'text', message: 'has no word that can be spoken' }],
  })

export const textTooLong = (maxWords: number) =>
  new AppError('unprocessable', 'text.too_long', `The text has more than ${maxWords} words`, {
    faults: [{ path: 'text', message: `has more than ${maxWords} words` }],
  })

export const badPronunciation = (word: string, symbol: string) =>
  new AppError(
    'invalid',
    'text.bad_pronunciation',
    `The pronunciation of "${word}" has "${symbol}", which is not an ARPAbet symbol`,
  )

export const ffmpegMissing = (cause?: unknown) =>
  new AppError(
    'unavailable',
    'speech.ffmpeg_missing',
    'ffmpeg was not found. Install it: "apt-get install ffmpeg" (Debian, Ubuntu) or "brew install ffmpeg" (macOS)',
    { cause },
  )

export const decoderDied = (cause: unknown) =>
  new AppError('unavailable', 'speech.decoder_died', 'Decoding the audio was cut short; try again', {
    retryAfterS: 1,
    suspectsInput: true,
    cause,
  })

export const speechOverloaded = (retryAfterS: number) =>
  new AppError(
    'unavailable',
    'speech.overloaded',
    'Too much speech is waiting to be scored; try again soon',
    {
      retryAfterS,
    },
  )

export const speechTimedOut = () =>
  new AppError('timed_out', 'speech.timed_out', 'Scoring the audio took too long and was stopped')

export const speechFailed = (cause: unknown) =>
  new AppError('internal', 'speech.failed', 'The audio could not be scored', { cause })

export const modelMissing = (cause: unknown) =>
  new AppError(
    'unavailable',
    'speech.model_missing',
    'The speech models could not be loaded. Run "npm ci" to restore the packages onnxruntime-node and soundswallower',
    { cause },
  )

export const letterToSoundMissing = () =>
  new AppError(
    'internal',
    'speech.letter_to_sound_missing',
    'The letter-to-sound rules could not be loaded. Run "npm ci" to restore the package phonemize',
  )
