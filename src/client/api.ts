// Made from the OpenAPI document by `npm run client:types`. Change the schemas of the calls, not this file.

/** One thing to mend */
export type Advice = {
  /** What is to be mended */
  kind:
    | 'sound'
    | 'inserted_vowel'
    | 'word_stress'
    | 'omitted_word'
    | 'inserted_word'
    | 'long_pause'
    | 'slow_speech'
    | 'flat_rhythm'
  /** ARPAbet without stress */
  sound?: string
  /** What was mostly heard instead; for an inserted vowel, that vowel */
  heard?: string
  /** Where it was found; empty when the whole utterance is meant */
  words: {
    /** Index into the assessment's `words` */
    index: number
    /** The word */
    text: string
    /** Where it begins, in ms from the start of the recording */
    startMs: number | null
    /** Where it ends */
    endMs: number | null
  }[]
  /** What was heard and what is meant, in the language asked for */
  explanation: string
  /** How to form it */
  tip?: string
  /** Words to practise side by side */
  minimalPairs?: [string, string][]
  /** The authored text; `version` is the hash of its file */
  template: {
    /** Its file */
    file: string
    /** Its key in the file */
    key: string
    /** Hash of the file */
    version: string
  }
}

/** The scores of one utterance, from its sound */
export type Assessment = {
  /** What was heard; null where only the reference is known */
  transcript: string | null
  /** The text that was to be said */
  reference: string
  /** Length of the recording */
  durationMs: number
  /** 0 to 100; null with a reason in `unscored` */
  scores: {
    /** How the sounds were said */
    accuracy: number | null
    /** Speed and pauses */
    fluency: number | null
    /** Stress, rhythm and melody */
    prosody: number | null
    /** How much of the reference was said */
    completeness: number | null
    /** All of it together */
    overall: number | null
  }
  /** Probability that the score lies within ten points of the experts */
  confidence: {
    /** Of `scores.accuracy` */
    accuracy: number | null
    /** Of `scores.fluency` */
    fluency: number | null
    /** Of `scores.prosody` */
    prosody: number | null
    /** Of `scores.completeness` */
    completeness: number | null
    /** Of `scores.overall` */
    overall: number | null
  }
  /** The reason for each sentence score that is null */
  unscored: Record<string, unknown>
  /** Speed and pauses as measured; null where too little was said */
  fluency: {
    /** Pauses included */
    syllablesPerSecond: number
    /** Syllables a second, pauses left out */
    articulationRate: number
    /** Share of the time in which there was speech */
    phonationRatio: number
    /** Where speech stopped */
    pauses: {
      /** Where it begins, in ms from the start of the recording */
      startMs: number
      /** Its length */
      durationMs: number
    }[]
    /** How many pauses there were */
    pauseCount: number
    /** Their length together */
    pauseTotalMs: number
    /** Syllables between two pauses, on average */
    meanRunSyllables: number
    /** Words said again */
    repetitions: {
      /** The words */
      text: string
      /** Where it begins, in ms from the start of the recording */
      startMs: number
      /** Where it ends */
      endMs: number
    }[]
  } | null
  /** Melody and rhythm as measured */
  prosody: {
    /** The middle of the voice */
    pitchMedianHz: number | null
    /** Between low and high */
    pitchRangeSemitones: number | null
    /** How much the pitch moves */
    pitchMovementSemitones: number | null
    /** How unlike in length neighbouring vowels are (nPVI) */
    rhythmNpvi: number | null
  } | null
  /** Every word in order */
  words: {
    /** The word as the reference writes it; an inserted one as it was heard */
    text: string
    /** Where it begins, in ms from the start of the recording; null for an omitted word */
    startMs: number | null
    /** Where it ends */
    endMs: number | null
    /** How well it was said */
    score: number | null
    /** How well its stress was placed; null for words without one to place */
    stress: number | null
    /** What became of the word */
    status: 'ok' | 'mispronounced' | 'omitted' | 'inserted'
    /** Its sounds in order */
    phones: {
      /** ARPAbet without stress */
      phone: string
      /** Where it begins, in ms from the start of the recording */
      startMs: number
      /** Where it ends */
      endMs: number
      /** How well it was said; null where it cannot be told */
      score: number | null
      /** The phone that fits the sound better */
      heard?: string
      /** A vowel heard after the phone that does not belong there */
      insertedAfter?: string
    }[]
    /** Why `score` is null */
    unscored?: string
  }[]
  /** The quality of the recording */
  audio: {
    /** Speech over noise, in dB */
    snrDb: number | null
    /** Share of the samples that are cut off */
    clippingRatio: number
    /** Share of the time with speech */
    speechRatio: number
    /** About 3,400 on a telephone */
    bandwidthHz?: number
    /** False: too poor to be scored */
    usable: boolean
    /** Why it is not usable */
    reason?: string
  }
  /** Read off the sound itself */
  basis: 'measured'
  /** Who scored */
  scorer: {
    /** Its name */
    name: string
    /** Its version: scores of two versions are not the same scale */
    version: string
  }
}

/** The scores of a recording, and what to mend */
export type AssessmentWithFeedback = {
  /** What was heard; null where only the reference is known */
  transcript: string | null
  /** The text that was to be said */
  reference: string
  /** Length of the recording */
  durationMs: number
  /** 0 to 100; null with a reason in `unscored` */
  scores: {
    /** How the sounds were said */
    accuracy: number | null
    /** Speed and pauses */
    fluency: number | null
    /** Stress, rhythm and melody */
    prosody: number | null
    /** How much of the reference was said */
    completeness: number | null
    /** All of it together */
    overall: number | null
  }
  /** Probability that the score lies within ten points of the experts */
  confidence: {
    /** Of `scores.accuracy` */
    accuracy: number | null
    /** Of `scores.fluency` */
    fluency: number | null
    /** Of `scores.prosody` */
    prosody: number | null
    /** Of `scores.completeness` */
    completeness: number | null
    /** Of `scores.overall` */
    overall: number | null
  }
  /** The reason for each sentence score that is null */
  unscored: Record<string, unknown>
  /** Speed and pauses as measured; null where too little was said */
  fluency: {
    /** Pauses included */
    syllablesPerSecond: number
    /** Syllables a second, pauses left out */
    articulationRate: number
    /** Share of the time in which there was speech */
    phonationRatio: number
    /** Where speech stopped */
    pauses: {
      /** Where it begins, in ms from the start of the recording */
      startMs: number
      /** Its length */
      durationMs: number
    }[]
    /** How many pauses there were */
    pauseCount: number
    /** Their length together */
    pauseTotalMs: number
    /** Syllables between two pauses, on average */
    meanRunSyllables: number
    /** Words said again */
    repetitions: {
      /** The words */
      text: string
      /** Where it begins, in ms from the start of the recording */
      startMs: number
      /** Where it ends */
      endMs: number
    }[]
  } | null
  /** Melody and rhythm as measured */
  prosody: {
    /** The middle of the voice */
    pitchMedianHz: number | null
    /** Between low and high */
    pitchRangeSemitones: number | null
    /** How much the pitch moves */
    pitchMovementSemitones: number | null
    /** How unlike in length neighbouring vowels are (nPVI) */
    rhythmNpvi: number | null
  } | null
  /** Every word in order */
  words: {
    /** The word as the reference writes it; an inserted one as it was heard */
    text: string
    /** Where it begins, in ms from the start of the recording; null for an omitted word */
    startMs: number | null
    /** Where it ends */
    endMs: number | null
    /** How well it was said */
    score: number | null
    /** How well its stress was placed; null for words without one to place */
    stress: number | null
    /** What became of the word */
    status: 'ok' | 'mispronounced' | 'omitted' | 'inserted'
    /** Its sounds in order */
    phones: {
      /** ARPAbet without stress */
      phone: string
      /** Where it begins, in ms from the start of the recording */
      startMs: number
      /** Where it ends */
      endMs: number
      /** How well it was said; null where it cannot be told */
      score: number | null
      /** The phone that fits the sound better */
      heard?: string
      /** A vowel heard after the phone that does not belong there */
      insertedAfter?: string
    }[]
    /** Why `score` is null */
    unscored?: string
  }[]
  /** The quality of the recording */
  audio: {
    /** Speech over noise, in dB */
    snrDb: number | null
    /** Share of the samples that are cut off */
    clippingRatio: number
    /** Share of the time with speech */
    speechRatio: number
    /** About 3,400 on a telephone */
    bandwidthHz?: number
    /** False: too poor to be scored */
    usable: boolean
    /** Why it is not usable */
    reason?: string
  }
  /** Read off the sound itself */
  basis: 'measured'
  /** Who scored */
  scorer: {
    /** Its name */
    name: string
    /** Its version: scores of two versions are not the same scale */
    version: string
  }
  /** What is most worth mending, the most useful first; three at most */
  feedback: Advice[]
}

/** A free talk with a persona */
export type Conversation = {
  /** Of this conversation */
  conversationId: string
  /** Whom it is with */
  personaId: string
  /** The very text of the persona that this conversation began with */
  personaVersionId: string
  /** From the first message of the learner */
  title: string | null
  /** Of both sides */
  messageCount: number
  /** When it began */
  createdAt: string
  /** When something was last said */
  updatedAt: string
}

/** A free talk with a page of its messages */
export type ConversationWithMessages = {
  /** Of this conversation */
  conversationId: string
  /** Whom it is with */
  personaId: string
  /** The very text of the persona that this conversation began with */
  personaVersionId: string
  /** From the first message of the learner */
  title: string | null
  /** Of both sides */
  messageCount: number
  /** When it began */
  createdAt: string
  /** When something was last said */
  updatedAt: string
  /** The newest first */
  messages: {
    /** This page */
    items: Message[]
    /** Ask for the next page with it; null on the last */
    nextCursor: string | null
  }
}

/** A custom, a word or a dish that learners meet */
export type CulturalContext = {
  /** Of this entry */
  contextId: string
  /** Its name in the files */
  contextName: string
  /** What it is called */
  name: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  }
  /** What it belongs to */
  category: string
  /** What it is */
  description: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  }
  /** How to speak of it */
  usageExamples: {
    /** As it is said */
    text: string
    /** What it means */
    meaning: {
      /** In English */
      en: string
      /** In Korean */
      ko: string
    }
  }[]
  /** Names of situations */
  relatedSituations: string[]
  /** How hard it is */
  difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  /** Counts from 1 as it is published */
  version: number
}

/** A message and its reply */
export type Exchange = {
  /** What the learner said */
  message: Message
  /** What the persona answers */
  reply: Message
}

/** Something remembered about a learner */
export type Fact = {
  /** Of this fact */
  factId: string
  /** What it is about */
  kind:
    | 'interest'
    | 'preference'
    | 'work'
    | 'study'
    | 'place'
    | 'people'
    | 'pet'
    | 'plan'
    | 'goal'
    | 'learning'
    | 'other'
  /** The fact in a few words */
  text: string
  /** Where the learner said it; the message may be gone, when its conversation was deleted */
  evidence: {
    /** Where it was said */
    conversationId: string
    /** In which message */
    messageId: string
    /** In UTF-16 units of the message */
    start: number
    /** Where the words end */
    end: number
  }
  /** When it was learnt */
  createdAt: string
}

/** Help for the next line */
export type Hint = {
  /** Counts from 1 */
  level: number
  /** The hint */
  text: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  }
  /** True: there is no further hint */
  isLast: boolean
}

/** What a model made of the words */
export type Judgement = {
  /** A model judged */
  basis: 'judged'
  /** Who judged */
  judge: {
    /** Of the model */
    provider: string
    /** Its name */
    model: string
    /** The text it was asked with */
    promptVersionId: string
  }
  /** Goals that these words reached */
  goalsMet: {
    /** The goal */
    goal: string
    /** What the learner said that shows it */
    words: string
  }[]
  /** 0 to 100; null where it was not judged */
  appropriateness: number | null
  /** 0 to 100 */
  grammar: number | null
  /** 0 to 100 */
  vocabulary: number | null
  /** Why all three are null: the words were an order to the program, not talk. Absent in old turns */
  unscoredReason?: 'instruction_like' | null
  /** What the judge said where it was more than the words can show: without a goal or an expected response, up to 3 words are worth 60 at most and up to 6 words 80; off the topic, appropriateness is 40 at most */
  cappedScores?: Record<string, unknown>
  /** Only those that change words which were said, as little as possible; style from B2 on */
  corrections: {
    /** The words as said */
    from: string
    /** The words as they should be */
    to: string
    /** What kind of mistake */
    kind: 'breaks_meaning' | 'error' | 'style'
    /** Why */
    explanation: {
      /** In English */
      en: string
      /** In Korean */
      ko: string
    }
    /** Where `from` stands in the learner's words */
    start: number
    /** Where `from` ends */
    end: number
  }[]
  /** How many were not trusted, by reason */
  droppedCorrections: Record<string, unknown>
  /** What the learner was doing */
  learner: 'answering' | 'stuck' | 'off_topic' | 'wants_to_lead'
  /** Whether the talk has come to its end */
  isOver: boolean
}

/** A run of a variation, without its turns */
export type ListedPracticeSession = {
  /** Of this session */
  sessionId: string
  /** The situation */
  situationId: string
  /** The variation that is played */
  variationId: string
  /** The very text this session plays */
  variationVersionId: string
  /** How it stands */
  status: 'in_progress' | 'completed' | 'abandoned' | 'paused'
  /** What the partner's lines are kept to */
  level: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
  /** The partner's first line */
  opener: string
  /** When it began */
  startedAt: string
  /** When it ended */
  endedAt: string | null
  /** How long it took */
  durationSeconds: number | null
  /** Of the whole session, 0 to 100; null with a reason in `unscored` */
  scores: {
    /** All together */
    overall: number | null
    /** Of the spoken turns */
    pronunciation: number | null
    /** Of the spoken turns */
    fluency: number | null
    /** Of the words, where a model judged */
    appropriateness: number | null
  }
  /** The reason for each score that is null */
  unscored: Record<string, unknown>
  /** 1 to 5, by the learner */
  difficultyRating: number | null
  /** 1 to 5, by the learner */
  satisfactionRating: number | null
  /** How many turns were sent */
  turnCount: number
}

/** A place that situations are set in */
export type Location = {
  /** Of this place */
  locationId: string
  /** What `location` of `GET /situations` takes */
  locationName: string
  /** What it is called */
  name: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  }
  /** What kind of place */
  locationType: string
  /** Degrees north (WGS 84) */
  latitude: number
  /** Degrees east (WGS 84) */
  longitude: number
  /** Where in the city */
  district: string
  /** Its address */
  address: string | null
  /** What one does there, in words */
  commonSituations: string[]
  /** Counts from 1 as it is published */
  version: number
}

/** A place with what to say there */
export type LocationDetail = {
  /** Of this place */
  locationId: string
  /** What `location` of `GET /situations` takes */
  locationName: string
  /** What it is called */
  name: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  }
  /** What kind of place */
  locationType: string
  /** Degrees north (WGS 84) */
  latitude: number
  /** Degrees east (WGS 84) */
  longitude: number
  /** Where in the city */
  district: string
  /** Its address */
  address: string | null
  /** What one does there, in words */
  commonSituations: string[]
  /** Counts from 1 as it is published */
  version: number
  /** What to say there */
  usefulExpressions: {
    /** As it is said */
    text: string
    /** What it means */
    meaning: {
      /** In English */
      en: string
      /** In Korean */
      ko: string
    }
  }[]
  /** What one should know */
  culturalNotes: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  }
  /** What can be practised for this place, by name */
  situations: {
    /** Of the situation */
    situationId: string
    /** Its name in the files */
    name: string
    /** What it belongs to */
    category: string
    /** How hard it is */
    difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  }[]
}

/** What one side said */
export type Message = {
  /** Of this message */
  messageId: string
  /** Of its conversation */
  conversationId: string
  /** Counts from 1 in the conversation */
  messageNumber: number
  /** Who speaks: the learner or the persona */
  role: 'user' | 'assistant'
  /** Typed or spoken */
  inputKind: 'text' | 'audio'
  /** Empty while a reply is pending, where it failed, and where speech was not understood */
  content: string
  /** One of the persona's, for the face that goes with the words */
  emotion: string | null
  /** `interrupted`: the reply broke off, and `content` is what there is of it */
  status: 'pending' | 'completed' | 'interrupted' | 'failed'
  /** Who was asked */
  provider: string | null
  /** The model that answered */
  model: string | null
  /** `filtered`: the rest was withheld */
  finish: string | null
  /** True: the words are an authored line, no model said them */
  scripted: boolean
  /** How hard a reply is; measured only, where the learner's level is unknown */
  level: ReplyLevel | null
  /** Of a reply: what was found about the words that it answers */
  safety: Safety | null
  /** Of the call, in and out; null where nobody knows */
  tokensUsed: number | null
  /** Why the reply is not whole */
  problem: Problem | null
  /** When it was stored */
  createdAt: string
  /** When it was whole or failed */
  endedAt: string | null
  /** What came of a recording */
  speech: {
    /** The sound that was sent */
    recordingId: string
    /** What was said */
    transcript: Transcript | null
    /** The sound, scored against the transcript */
    assessment: Assessment | null
    /** Why there is no overall score */
    unscoredReason: string | null
    /** What to mend */
    feedback: {
      /** Read off the measured scores */
      basis: 'heuristic'
      /** The weakest words */
      words: {
        /** The word */
        word: string
        /** 0 to 100 */
        score: number
        /** Where it begins, in ms from the start of the recording */
        startMs: number | null
        /** Where it ends */
        endMs: number | null
        /** Those that cost most, worst first */
        phones: {
          /** ARPAbet without stress */
          phone: string
          /** 0 to 100 */
          score: number
          /** What fits the sound better */
          heard?: string
        }[]
      }[]
      /** How to mend the sound, the most useful first; three at most */
      advice: Advice[]
    } | null
  } | null
}

/** One event of a stream */
export type MessageEvent =
  | {
      /** The message is stored */
      event: 'message.received'
      /** What is stored */
      data: {
        /** What the learner said */
        message: Message
      }
    }
  | {
      /** Its words are known */
      event: 'message.transcribed'
      /** The words */
      data: {
        /** What the learner said */
        message: Message
      }
    }
  | {
      /** A piece of the reply */
      event: 'reply.delta'
      /** The piece */
      data: {
        /** Words to append */
        text: string
      }
    }
  | {
      /** The reply is whole */
      event: 'reply.completed'
      /** The reply */
      data: {
        /** What the persona answers */
        reply: Message
      }
    }
  | {
      /** The sound is scored */
      event: 'message.assessed'
      /** The scores */
      data: {
        /** What the learner said, with its scores */
        message: Message
      }
    }
  | {
      /** The end: message and reply */
      event: 'message.completed'
      /** Both */
      data: Exchange
    }
  | {
      /** The end: the reply failed */
      event: 'problem'
      /** Why */
      data: {
        /** `urn:malgil:problem:` and the code */
        type: string
        /** The kind of problem in a few words, for people */
        title: string
        /** The HTTP status */
        status: number
        /** What is the matter and what to do next, for people */
        detail: string
        /** Stable name of what went wrong, to match on */
        code: string
        /** The id of the request in the logs of the service */
        requestId?: string
        /** The fields that are wrong */
        errors?: {
          /** Dotted path of the field */
          path: string
          /** What is wrong with it */
          message: string
        }[]
        /** Whether the same request may succeed later */
        retryable: boolean
        /** Of the message */
        messageId?: string
      }
    }

/** A character to talk with */
export type Persona = {
  /** What `personaId` takes */
  id: string
  /** Name of the character */
  name: string
  /** Who that is */
  description: string
  /** Name of a figure, for apps that show one */
  avatarModel: string | null
  /** Which of its texts is served: they are counted from 1 as they are published */
  version: number
}

/** A run of a variation by a learner */
export type PracticeSession = {
  /** Of this session */
  sessionId: string
  /** The situation */
  situationId: string
  /** The variation that is played */
  variationId: string
  /** The very text this session plays */
  variationVersionId: string
  /** How it stands */
  status: 'in_progress' | 'completed' | 'abandoned' | 'paused'
  /** What the partner's lines are kept to */
  level: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
  /** Why the talk is over, where it is */
  sessionOver: {
    /** What ended it */
    reason: 'turn_limit' | 'time_limit' | 'cost_limit' | 'goals_met' | 'learner_ended'
    /** False at a limit: the partner has closed, a further turn is refused */
    takesTurns: boolean
  } | null
  /** The partner's first line */
  opener: string
  /** What the learner is to reach */
  goals: {
    /** Name of the goal */
    id: string
    /** What it asks for */
    description: string
    /** Whether it was reached */
    met: boolean
  }[]
  /** How many levels of hints were shown */
  hintsGiven: number
  /** Points that the overall score loses for hints: 3 for each level of hints that was shown */
  hintPenalty: number
  /** When it began */
  startedAt: string
  /** When it ended */
  endedAt: string | null
  /** How long it took */
  durationSeconds: number | null
  /** Of the whole session, 0 to 100; null with a reason in `unscored` */
  scores: {
    /** All together */
    overall: number | null
    /** Of the spoken turns */
    pronunciation: number | null
    /** Of the spoken turns */
    fluency: number | null
    /** Of the words, where a model judged */
    appropriateness: number | null
  }
  /** The reason for each score that is null */
  unscored: Record<string, unknown>
  /** What to do next time; null until it is completed */
  suggestions:
    | {
        /** What it is about */
        kind: 'pronunciation' | 'wording' | 'goal' | 'correction' | 'vocabulary'
        /** The suggestion */
        text: string
      }[]
    | null
  /** All mistakes of the session; null until it is completed */
  mistakes:
    | {
        /** In which turn */
        turnNumber: number
        /** The words */
        said: string
        /** What would be right */
        correction: string
        /** Why, by language: `en`, `ko` */
        explanation: unknown
        /** Where a model judged it */
        kind?: 'breaks_meaning' | 'error' | 'style'
        /** Where it begins in the words of the turn */
        start?: number
        /** Where it ends */
        end?: number
      }[]
    | null
  /** 1 to 5, by the learner */
  difficultyRating: number | null
  /** 1 to 5, by the learner */
  satisfactionRating: number | null
  /** Every turn, the oldest first */
  turns: Turn[]
}

/** What a learner prefers */
export type Preferences = {
  /** Whom a conversation is with that is begun without a `personaId` */
  preferredPersona: string | null
  /** Name of a voice, in the app's own terms */
  preferredVoice: string | null
  /** Whether replies are read aloud */
  voiceEnabled: boolean
  /** Of the app's screens */
  language: string
  /** What advice is written in: ko, anything else is answered in English; null: `language` */
  explanationLanguage: string | null
  /** Of the screens of the app */
  theme: string
  /** Kept as it is */
  avatarCustomization: Record<string, unknown>
  /** False: nothing is learnt about the learner from free talk, and what is known is not used */
  rememberFacts: boolean
  /** The primary native one chooses the advice on pronunciation */
  languages: {
    /** A language tag such as `ko` or `en-US` */
    code: string
    /** What the language is to the learner */
    use: 'native' | 'learning' | 'teaching'
    /** How well the learner speaks it */
    level: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
    /** At most one of each use */
    isPrimary: boolean
  }[]
}

/** What went wrong (RFC 9457) */
export type Problem = {
  /** `urn:malgil:problem:` and the code */
  type: string
  /** The kind of problem in a few words, for people */
  title: string
  /** The HTTP status */
  status: number
  /** What is the matter and what to do next, for people */
  detail: string
  /** Stable name of what went wrong, to match on */
  code: string
  /** The id of the request in the logs of the service */
  requestId?: string
  /** The fields that are wrong */
  errors?: {
    /** Dotted path of the field */
    path: string
    /** What is wrong with it */
    message: string
  }[]
  /** Whether the same request may succeed later */
  retryable: boolean
}

/** A sound that a learner sent */
export type Recording = {
  /** Of the recording */
  recordingId: string
  /** What kind of sound it is, by its bytes */
  contentType: string
  /** Size of the file */
  byteCount: number
  /** How long it is; null until it was decoded */
  durationMs: number | null
  /** When it was first sent */
  createdAt: string
}

/** What a sound was scored against */
export type Reference = {
  /** An expected response, or what was understood */
  basis: 'expected_response' | 'transcript'
  /** The text */
  text: string
  /** The expected response that comes nearest to what was said */
  nearest: {
    /** The goal it reaches */
    goal: string
    /** How the author rates it */
    kind: 'ideal' | 'acceptable'
    /** The response */
    text: string
    /** 1 − word edit distance ÷ words of the longer text */
    similarity: number
  } | null
}

/** Help that was asked for */
export type Repair = {
  /** What help was asked for */
  kind: 'repeat' | 'slower' | 'explain' | 'korean' | 'skip'
  /** Play the reply slowly */
  slower: boolean
  /** For the learner's screen */
  note: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  }
  /** The goal that was passed over, where the learner asked to go on */
  skippedGoal: string | null
}

/** What the partner answers */
export type Reply = {
  /** What the partner says */
  text: string
  /** Who was asked */
  provider: string
  /** The model that answered */
  model: string
  /** `stop`, `length`, `filtered`, `refused`, or `interrupted` for what was shown of a reply that broke off */
  finish: string
  /** True: an authored line was played, no model was asked */
  scripted: boolean
  /** The learner asked for it more slowly */
  slower: boolean
  /** How hard the reply is */
  level: ReplyLevel | null
}

/** How hard a reply is */
export type ReplyLevel = {
  /** Read off the words by rules */
  basis: 'heuristic'
  /** Of the rules */
  version: string
  /** The lowest level whose limits every sentence keeps */
  level: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2'
  /** The learner's level */
  target: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
  /** Whether the reply keeps to the learner's level */
  isWithin: boolean | null
  /** Words of the reply */
  wordCount: number
  /** Words in a sentence, on average */
  meanSentenceWords: number
  /** Words in the longest sentence */
  longestSentenceWords: number
  /** Words above the target */
  wordsBeyondLevel: {
    /** The word */
    word: string
    /** Its level */
    level: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2'
    /** Where it begins, in UTF-16 units of the text */
    start: number
    /** Where it ends */
    end: number
  }[]
  /** Structures above the target */
  structures: {
    /** Name of the structure */
    name: string
    /** Its level */
    level: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2'
    /** Where it begins, in UTF-16 units of the text */
    start: number
    /** Where it ends */
    end: number
  }[]
  /** Where the first wording was beyond the level */
  rewrite: {
    /** What became of the simpler wording */
    outcome: 'used' | 'not_easier' | 'failed'
    /** Of the reply as the model first said it */
    fromLevel: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2'
    /** Why it was not used */
    reason?: string
  } | null
}

/** What was found about the learner's words */
export type Safety = {
  /** Whether the words may be talked about */
  verdict: 'safe' | 'unsafe'
  /** `heuristic`: by authored phrases, before the reply */
  basis: 'heuristic' | 'judged'
  /** What they are about */
  category: 'self-harm' | 'sexual-content' | 'personal-data' | 'violence' | 'hate' | null
  /** The words that show it */
  evidence: {
    /** As they were said */
    text: string
    /** Where it begins, in UTF-16 units of the text */
    start: number
    /** Where it ends */
    end: number
  } | null
  /** For the learner's screen */
  note: {
    /** In English */
    en: string
    /** In Korean */
    ko: string
  } | null
  /** Of the phrases */
  ruleVersion: string | null
}

/** Something that can be practised */
export type Situation = {
  /** Of this situation */
  situationId: string
  /** Its name in the files */
  name: string
  /** What it belongs to */
  category: string
  /** How hard it is */
  difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  /** How long it takes */
  estimatedDurationSeconds: number
  /** What it is about */
  description: string | null
  /** What it teaches */
  learningObjectives: string[]
  /** Whether it belongs to one place */
  locationSpecific: boolean
  /** The wider place it is set in */
  targetLocation: string | null
  /** The place, where it has one */
  locationId: string | null
  /** Its name */
  locationName: string | null
  /** Which of its texts is served: they are counted from 1 as they are published */
  version: number
}

/** What was said, and who says so */
export type Transcript = {
  /** The words; null where none could be made out */
  text: string | null
  /** Why there are no words */
  unmatchedReason: string | null
  /** Each word with its times */
  words: {
    /** The word */
    text: string
    /** Where it begins, in ms from the start of the recording */
    startMs: number | null
    /** Where it ends */
    endMs: number | null
    /** 0 to 1; null where nobody said */
    confidence: number | null
  }[]
  /** 0 to 1, of the whole */
  confidence: number | null
  /** Where the words come from: typed, sent by the app, matched with expected responses, or transcribed */
  source: 'typed' | 'app' | 'matched' | 'transcribed'
  /** Who made the transcript */
  transcriber: {
    /** Who heard it */
    name: string
    /** Its model */
    model: string | null
    /** Its version */
    version: string
  }
  /** As the transcriber names what it heard */
  language: string | null
  /** Who gave the times of the words */
  timedBy: 'transcriber' | 'aligner' | null
  /** What a transcriber gave although it cannot have been said */
  dropped: {
    /** The words */
    phrase: string
    /** Why they cannot have been said */
    reason: string
  }[]
  /** What was wrong with the transcriber's answer */
  faults: string[]
  /** The transcriber that was asked first and failed, and how */
  fallback: {
    /** The transcriber that failed */
    from: string
    /** The code of its problem */
    code: string
  } | null
  /** What reply and goals go by, where a second pass that knew the vocabulary heard other words */
  understood: {
    /** The words */
    text: string
    /** 0 to 1 */
    confidence: number | null
    /** Who heard them */
    producer: {
      /** Who heard it */
      name: string
      /** Its model */
      model: string | null
      /** Its version */
      version: string
    }
  } | null
  /** Why there was no second pass, where it failed */
  secondPassFailure: string | null
}

/** What the learner said, with all that came of it */
export type Turn = {
  /** Of this turn */
  turnId: string
  /** Of its session */
  sessionId: string
  /** Counts from 1 in the session */
  turnNumber: number
  /** How far it has come; `completed` and `failed` are ends */
  stage: 'received' | 'decoded' | 'transcribed' | 'replied' | 'assessed' | 'completed' | 'failed'
  /** `repair`: asked for help instead of answering; `refusal`: said what is not talked about */
  kind: 'talk' | 'repair' | 'refusal'
  /** The help that was asked for */
  repair: Repair | null
  /** What was found about the learner's words */
  safety: Safety | null
  /** What the learner sent */
  input: {
    /** Typed or spoken */
    kind: 'text' | 'audio'
    /** What was typed */
    text: string | null
    /** The sound that was sent */
    recordingId: string | null
  }
  /** What was said */
  transcript: Transcript | null
  /** What the partner answers */
  reply: Reply | null
  /** The scores of the sound */
  assessment: Assessment | null
  /** Why there is no overall score */
  unscoredReason: string | null
  /** What the sound was scored against */
  reference: Reference | null
  /** What the learner can do better */
  feedback: TurnFeedback | null
  /** What a model made of the words */
  judgement: Judgement | null
  /** Why it made nothing of them; `scripted` where no model is asked */
  unjudgedReason: string | null
  /** Why the turn failed */
  problem: Problem | null
  /** When it was stored */
  receivedAt: string
  /** When it completed or failed */
  endedAt: string | null
}

/** One event of a stream */
export type TurnEvent =
  | {
      /** The turn is stored */
      event: 'turn.received'
      /** What is stored */
      data: {
        /** Of the turn */
        turnId: string
        /** Of its session */
        sessionId: string
        /** Counts from 1 in the session */
        turnNumber: number
        /** When it was stored */
        receivedAt: string
      }
    }
  | {
      /** Its words are known */
      event: 'turn.transcribed'
      /** The words */
      data: {
        /** What was said */
        transcript: Transcript | null
      }
    }
  | {
      /** A piece of the reply */
      event: 'reply.delta'
      /** The piece */
      data: {
        /** Words to append */
        text: string
      }
    }
  | {
      /** The reply is whole */
      event: 'reply.completed'
      /** The reply */
      data: {
        /** What the partner answers */
        reply: Reply | null
      }
    }
  | {
      /** The sound is scored */
      event: 'turn.assessed'
      /** The scores */
      data: {
        /** The scores of the sound */
        assessment: Assessment | null
        /** Why there is no overall score */
        unscoredReason: string | null
        /** What the sound was scored against */
        reference: Reference | null
      }
    }
  | {
      /** The end: the whole turn */
      event: 'turn.completed'
      /** The turn */
      data: Turn
    }
  | {
      /** The end: the turn failed */
      event: 'problem'
      /** Why */
      data: {
        /** `urn:malgil:problem:` and the code */
        type: string
        /** The kind of problem in a few words, for people */
        title: string
        /** The HTTP status */
        status: number
        /** What is the matter and what to do next, for people */
        detail: string
        /** Stable name of what went wrong, to match on */
        code: string
        /** The id of the request in the logs of the service */
        requestId?: string
        /** The fields that are wrong */
        errors?: {
          /** Dotted path of the field */
          path: string
          /** What is wrong with it */
          message: string
        }[]
        /** Whether the same request may succeed later */
        retryable: boolean
        /** Of the turn */
        turnId?: string
      }
    }

/** What the learner can do better */
export type TurnFeedback = {
  /** Made by rules from scores and authored responses */
  basis: 'heuristic'
  /** The goal that these words reached */
  goalReached: string | null
  /** An authored response that says it better */
  betterWording: string | null
  /** Expected mistakes that were made */
  mistakes: {
    /** The words */
    said: string
    /** What would be right */
    correction: string
    /** Why */
    explanation: {
      /** In English */
      en: string
      /** In Korean */
      ko: string
    }
    /** Where it stands in the learner's words */
    start?: number
    /** Where it ends */
    end?: number
  }[]
  /** The weakest words */
  words: {
    /** The word */
    word: string
    /** 0 to 100 */
    score: number
    /** Where it begins, in ms from the start of the recording */
    startMs: number | null
    /** Where it ends */
    endMs: number | null
    /** Those that cost most, worst first */
    phones: {
      /** ARPAbet without stress */
      phone: string
      /** 0 to 100 */
      score: number
      /** What fits the sound better */
      heard?: string
    }[]
  }[]
  /** How to mend the sound, the most useful first; three at most */
  advice?: Advice[]
}

/** Tokens and cost of an app */
export type Usage = {
  /** The first day */
  from: string
  /** The last day */
  to: string
  /** What the groups are */
  groupBy: 'app' | 'user' | 'purpose' | 'model' | 'provider' | 'day'
  /** The dearest first, days in order */
  groups: {
    /** The day, model, purpose, … of this group; `erased` for all learners that were erased */
    key: string
    /** Attempts at a model */
    callCount: number
    /** Calls without a complete answer; they may have cost something */
    failedCount: number
    /** Calls whose cost is not known and not in `costMicroUsd` */
    unpricedCount: number
    /** Tokens in */
    inputTokens: number
    /** Those of them that the vendor had cached */
    cachedInputTokens: number
    /** Tokens out */
    outputTokens: number
    /** Sound that was transcribed */
    audioMs: number
    /** Millionths of a US dollar */
    costMicroUsd: number
  }[]
}

/** A learner of an app */
export type User = {
  /** Of the learner in this service */
  userId: string
  /** Your own id for the learner */
  externalId: string
  /** What the learner is called */
  displayName: string | null
  /** Where the learner lives */
  city: string | null
  /** Which part of the city */
  district: string | null
  /** Rough level, which chooses situations */
  languageLevel: 'beginner' | 'intermediate' | 'advanced'
  /** What replies are kept to; null until somebody says it */
  cefrLevel: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
  /** Who the person is */
  userType: 'learner' | 'native_tutor' | 'admin'
  /** When the app first named the learner */
  createdAt: string
  /** When something was last changed */
  updatedAt: string
}

/** One staging of a situation */
export type Variation = {
  /** What a practice session takes */
  variationId: string
  /** Its name in the files */
  name: string
  /** The scene */
  specificContext: string
  /** Whom the partner plays */
  aiCharacterRole: string | null
  /** By language: `en`, `ko` */
  culturalNotes: unknown
  /** Words to know, with meanings by language */
  vocabularySupport: unknown
  /** Which of its texts is served: they are counted from 1 as they are published */
  version: number
}

export type Calls = {
  /** Create or change a learner of this app */
  'PUT /v1/users/by-external-id/{externalId}': {
    input: { path: { externalId: string } } & {
      body: {
        /** What the learner is called */
        displayName?: string | null
        /** Where the learner lives */
        city?: string | null
        /** Which part of the city */
        district?: string | null
        /** Rough level, which chooses situations */
        languageLevel?: 'beginner' | 'intermediate' | 'advanced'
        /** What replies are kept to */
        cefrLevel?: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
      }
    }
    answer: User
    events: never
  }
  /** The learners of this app */
  'GET /v1/users': {
    input: { query?: { limit?: number; cursor?: string; externalId?: string } }
    answer: {
      /** This page */
      items: User[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** A learner of this app */
  'GET /v1/users/{userId}': {
    input: { path: { userId: string } }
    answer: User
    events: never
  }
  /** Erase a learner, for good */
  'DELETE /v1/users/{userId}': {
    input: { path: { userId: string } }
    answer: undefined
    events: never
  }
  /** What a learner prefers, and the defaults for what they never said */
  'GET /v1/users/{userId}/preferences': {
    input: { path: { userId: string } }
    answer: Preferences
    events: never
  }
  /** Replace a learner's preferences */
  'PUT /v1/users/{userId}/preferences': {
    input: { path: { userId: string } } & {
      body: {
        /** Whom a conversation is with that is begun without a `personaId` */
        preferredPersona?: string | null
        /** Name of a voice, in the app's own terms */
        preferredVoice?: string | null
        /** Whether replies are read aloud */
        voiceEnabled?: boolean
        /** Of the app's screens */
        language?: string
        /** What advice is written in: ko, anything else is answered in English; null: `language` */
        explanationLanguage?: string | null
        /** Of the screens of the app */
        theme?: string
        /** Kept as it is */
        avatarCustomization?: Record<string, unknown>
        /** False: nothing is learnt about the learner from free talk, and what is known is not used */
        rememberFacts?: boolean
        /** The primary native one chooses the advice on pronunciation */
        languages?: {
          /** A language tag such as `ko` or `en-US` */
          code: string
          /** What the language is to the learner */
          use: 'native' | 'learning' | 'teaching'
          /** How well the learner speaks it */
          level?: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
          /** At most one of each use */
          isPrimary?: boolean
        }[]
      }
    }
    answer: Preferences
    events: never
  }
  /** Change some of a learner's preferences */
  'PATCH /v1/users/{userId}/preferences': {
    input: { path: { userId: string } } & {
      body: {
        /** Whom a conversation is with that is begun without a `personaId` */
        preferredPersona?: string | null
        /** Name of a voice, in the app's own terms */
        preferredVoice?: string | null
        /** Whether replies are read aloud */
        voiceEnabled?: boolean
        /** Of the app's screens */
        language?: string
        /** What advice is written in: ko, anything else is answered in English; null: `language` */
        explanationLanguage?: string | null
        /** Of the screens of the app */
        theme?: string
        /** Kept as it is */
        avatarCustomization?: Record<string, unknown>
        /** False: nothing is learnt about the learner from free talk, and what is known is not used */
        rememberFacts?: boolean
        /** The primary native one chooses the advice on pronunciation */
        languages?: {
          /** A language tag such as `ko` or `en-US` */
          code: string
          /** What the language is to the learner */
          use: 'native' | 'learning' | 'teaching'
          /** How well the learner speaks it */
          level?: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
          /** At most one of each use */
          isPrimary?: boolean
        }[]
      }
    }
    answer: Preferences
    events: never
  }
  /** What is remembered about a learner from free talk */
  'GET /v1/users/{userId}/facts': {
    input: { path: { userId: string }; query?: { limit?: number; cursor?: string } }
    answer: {
      /** This page */
      items: Fact[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** Forget everything; nothing is learnt again from what was said until now */
  'DELETE /v1/users/{userId}/facts': {
    input: { path: { userId: string } }
    answer: undefined
    events: never
  }
  /** Forget one fact; it is not learnt again from the same words */
  'DELETE /v1/users/{userId}/facts/{factId}': {
    input: { path: { userId: string; factId: string } }
    answer: undefined
    events: never
  }
  /** The characters a learner can talk with */
  'GET /v1/personas': {
    input: { query?: { limit?: number; cursor?: string } }
    answer: {
      /** This page */
      items: Persona[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** The situations that can be practised */
  'GET /v1/situations': {
    input: {
      query?: {
        limit?: number
        cursor?: string
        level?: 'beginner' | 'intermediate' | 'advanced'
        category?: string
        location?: string
      }
    }
    answer: {
      /** This page */
      items: Situation[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** The stagings of a situation; a practice session plays one */
  'GET /v1/situations/{situationId}/variations': {
    input: { path: { situationId: string }; query?: { limit?: number; cursor?: string } }
    answer: {
      /** This page */
      items: Variation[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** The places that situations are set in */
  'GET /v1/locations': {
    input: { query?: { limit?: number; cursor?: string; district?: string; type?: string } }
    answer: {
      /** This page */
      items: Location[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** A place with what to say there, its cultural notes and its situations */
  'GET /v1/locations/{locationId}': {
    input: { path: { locationId: string } }
    answer: LocationDetail
    events: never
  }
  /** Customs, dialect, food and feasts that learners meet or have to explain */
  'GET /v1/cultural-contexts': {
    input: {
      query?: {
        limit?: number
        cursor?: string
        category?: string
        level?: 'beginner' | 'intermediate' | 'advanced'
      }
    }
    answer: {
      /** This page */
      items: CulturalContext[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** Score a recording against the text that was to be said; nothing is stored */
  'POST /v1/assessments': {
    input: {
      form: {
        /** The recording as a file: WebM, Ogg, MP4/M4A, MP3, WAV, FLAC and the like */
        audio: Blob
        /** The reference */
        text: string
        /** The learner's first language; without templates of its own, the general ones serve */
        firstLanguage?: string
        /** What the feedback is written in: en (default) or ko */
        language?: string
      }
    }
    answer: AssessmentWithFeedback
    events: never
  }
  /** Start a run of a variation; answers with its opener */
  'POST /v1/users/{userId}/practice-sessions': {
    input: { path: { userId: string } } & {
      body: {
        /** The variation to play */
        variationId: string
      }
    }
    answer: PracticeSession
    events: never
  }
  /** A learner's practice sessions, without their turns */
  'GET /v1/users/{userId}/practice-sessions': {
    input: { path: { userId: string }; query?: { limit?: number; cursor?: string } }
    answer: {
      /** This page */
      items: ListedPracticeSession[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** A session with all its turns */
  'GET /v1/users/{userId}/practice-sessions/{sessionId}': {
    input: { path: { userId: string; sessionId: string } }
    answer: PracticeSession
    events: never
  }
  /** Delete a session with all its turns, for good */
  'DELETE /v1/users/{userId}/practice-sessions/{sessionId}': {
    input: { path: { userId: string; sessionId: string }; query?: { recordings?: 'keep' | 'erase' } }
    answer: undefined
    events: never
  }
  /** Say something: text or a recording; answers with reply, assessment and feedback */
  'POST /v1/users/{userId}/practice-sessions/{sessionId}/turns': {
    input: { path: { userId: string; sessionId: string } } & (
      | {
          body: {
            /** What the learner says */
            text: string
          }
        }
      | {
          form: {
            /** The recording as a file: WebM, Ogg, MP4/M4A, MP3, WAV, FLAC and the like */
            audio: Blob
            /** What the app's own recogniser heard */
            transcript?: string
          }
        }
    )
    answer: Turn
    events: TurnEvent
  }
  /** A turn as it is now, or its events */
  'GET /v1/users/{userId}/practice-sessions/{sessionId}/turns/{turnId}': {
    input: { path: { userId: string; sessionId: string; turnId: string } }
    answer: Turn
    events: TurnEvent
  }
  /** The next hint; after the last one, the last again */
  'POST /v1/users/{userId}/practice-sessions/{sessionId}/hints': {
    input: { path: { userId: string; sessionId: string } }
    answer: Hint
    events: never
  }
  /** End the session: scores, mistakes, suggestions */
  'POST /v1/users/{userId}/practice-sessions/{sessionId}/complete': {
    input: { path: { userId: string; sessionId: string } } & {
      body: {
        /** 1 (easy) to 5 (hard), by the learner */
        difficultyRating?: number
        /** 1 to 5, by the learner */
        satisfactionRating?: number
      }
    }
    answer: PracticeSession
    events: never
  }
  /** Begin a free conversation with a persona; its greeting is the first message */
  'POST /v1/users/{userId}/conversations': {
    input: { path: { userId: string } } & {
      body: {
        /** Absent: the learner's preferred persona */
        personaId?: string
      }
    }
    answer: ConversationWithMessages
    events: never
  }
  /** A learner's conversations */
  'GET /v1/users/{userId}/conversations': {
    input: { path: { userId: string }; query?: { limit?: number; cursor?: string } }
    answer: {
      /** This page */
      items: Conversation[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** A conversation with its messages, the newest first */
  'GET /v1/users/{userId}/conversations/{conversationId}': {
    input: { path: { userId: string; conversationId: string }; query?: { limit?: number; cursor?: string } }
    answer: ConversationWithMessages
    events: never
  }
  /** Delete a conversation with all its messages, for good */
  'DELETE /v1/users/{userId}/conversations/{conversationId}': {
    input: {
      path: { userId: string; conversationId: string }
      query?: { facts?: 'keep' | 'erase'; recordings?: 'keep' | 'erase' }
    }
    answer: undefined
    events: never
  }
  /** Say something: text or a recording; answers with the message and the persona's reply */
  'POST /v1/users/{userId}/conversations/{conversationId}/messages': {
    input: { path: { userId: string; conversationId: string } } & (
      | {
          body: {
            /** What the learner says */
            text: string
          }
        }
      | {
          form: {
            /** The recording as a file: WebM, Ogg, MP4/M4A, MP3, WAV, FLAC and the like */
            audio: Blob
            /** What the app's own recogniser heard */
            transcript?: string
          }
        }
    )
    answer: Exchange
    events: MessageEvent
  }
  /** A message of the learner with its reply as it is now, or its events */
  'GET /v1/users/{userId}/conversations/{conversationId}/messages/{messageId}': {
    input: { path: { userId: string; conversationId: string; messageId: string } }
    answer: Exchange
    events: MessageEvent
  }
  /** The recordings of a learner that are kept */
  'GET /v1/users/{userId}/recordings': {
    input: { path: { userId: string }; query?: { limit?: number; cursor?: string } }
    answer: {
      /** This page */
      items: Recording[]
      /** Ask for the next page with it; null on the last */
      nextCursor: string | null
    }
    events: never
  }
  /** The audio as it was sent */
  'GET /v1/users/{userId}/recordings/{recordingId}': {
    input: { path: { userId: string; recordingId: string } }
    answer: Blob
    events: never
  }
  /** Delete a recording, for good */
  'DELETE /v1/users/{userId}/recordings/{recordingId}': {
    input: { path: { userId: string; recordingId: string } }
    answer: undefined
    events: never
  }
  /** Tokens and cost of this app */
  'GET /v1/usage': {
    input: {
      query?: {
        groupBy?: 'app' | 'user' | 'purpose' | 'model' | 'provider' | 'day'
        from?: string
        to?: string
        userId?: string
      }
    }
    answer: Usage
    events: never
  }
}
