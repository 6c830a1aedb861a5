// Made from the OpenAPI document by `npm run client:types`. Change the schemas of the calls, not this file.

export type Advice = {
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
    text: string
    startMs: number | null
    endMs: number | null
  }[]
  explanation: string
  tip?: string
  /** Words to practise side by side */
  minimalPairs?: [string, string][]
  /** The authored text; `version` is the hash of its file */
  template: {
    file: string
    key: string
    version: string
  }
}

export type Assessment = {
  transcript: string | null
  reference: string
  durationMs: number
  scores: {
    accuracy: number | null
    fluency: number | null
    prosody: number | null
    completeness: number | null
    overall: number | null
  }
  /** Probability that the score lies within ten points of the experts */
  confidence: {
    accuracy: number | null
    fluency: number | null
    prosody: number | null
    completeness: number | null
    overall: number | null
  }
  /** The reason for each sentence score that is null */
  unscored: Record<string, unknown>
  fluency: {
    syllablesPerSecond: number
    articulationRate: number
    phonationRatio: number
    pauses: {
      startMs: number
      durationMs: number
    }[]
    pauseCount: number
    pauseTotalMs: number
    meanRunSyllables: number
    repetitions: {
      text: string
      startMs: number
      endMs: number
    }[]
  } | null
  prosody: {
    pitchMedianHz: number | null
    pitchRangeSemitones: number | null
    pitchMovementSemitones: number | null
    rhythmNpvi: number | null
  } | null
  words: {
    text: string
    startMs: number | null
    endMs: number | null
    score: number | null
    stress: number | null
    status: 'ok' | 'mispronounced' | 'omitted' | 'inserted'
    phones: {
      /** ARPAbet without stress */
      phone: string
      startMs: number
      endMs: number
      score: number | null
      /** The phone that fits the sound better */
      heard?: string
      /** A vowel heard after the phone that does not belong there */
      insertedAfter?: string
    }[]
    /** Why `score` is null */
    unscored?: string
  }[]
  audio: {
    snrDb: number | null
    clippingRatio: number
    speechRatio: number
    /** About 3,400 on a telephone */
    bandwidthHz?: number
    usable: boolean
    reason?: string
  }
  basis: 'measured'
  scorer: {
    name: string
    version: string
  }
}

export type AssessmentWithFeedback = {
  transcript: string | null
  reference: string
  durationMs: number
  scores: {
    accuracy: number | null
    fluency: number | null
    prosody: number | null
    completeness: number | null
    overall: number | null
  }
  /** Probability that the score lies within ten points of the experts */
  confidence: {
    accuracy: number | null
    fluency: number | null
    prosody: number | null
    completeness: number | null
    overall: number | null
  }
  /** The reason for each sentence score that is null */
  unscored: Record<string, unknown>
  fluency: {
    syllablesPerSecond: number
    articulationRate: number
    phonationRatio: number
    pauses: {
      startMs: number
      durationMs: number
    }[]
    pauseCount: number
    pauseTotalMs: number
    meanRunSyllables: number
    repetitions: {
      text: string
      startMs: number
      endMs: number
    }[]
  } | null
  prosody: {
    pitchMedianHz: number | null
    pitchRangeSemitones: number | null
    pitchMovementSemitones: number | null
    rhythmNpvi: number | null
  } | null
  words: {
    text: string
    startMs: number | null
    endMs: number | null
    score: number | null
    stress: number | null
    status: 'ok' | 'mispronounced' | 'omitted' | 'inserted'
    phones: {
      /** ARPAbet without stress */
      phone: string
      startMs: number
      endMs: number
      score: number | null
      /** The phone that fits the sound better */
      heard?: string
      /** A vowel heard after the phone that does not belong there */
      insertedAfter?: string
    }[]
    /** Why `score` is null */
    unscored?: string
  }[]
  audio: {
    snrDb: number | null
    clippingRatio: number
    speechRatio: number
    /** About 3,400 on a telephone */
    bandwidthHz?: number
    usable: boolean
    reason?: string
  }
  basis: 'measured'
  scorer: {
    name: string
    version: string
  }
  /** What is most worth mending, the most useful first; three at most */
  feedback: Advice[]
}

export type Conversation = {
  conversationId: string
  personaId: string
  /** The very text of the persona that this conversation began with */
  personaVersionId: string
  /** From the first message of the learner */
  title: string | null
  messageCount: number
  createdAt: string
  updatedAt: string
}

export type ConversationWithMessages = {
  conversationId: string
  personaId: string
  /** The very text of the persona that this conversation began with */
  personaVersionId: string
  /** From the first message of the learner */
  title: string | null
  messageCount: number
  createdAt: string
  updatedAt: string
  /** The newest first */
  messages: {
    items: Message[]
    nextCursor: string | null
  }
}

export type CulturalContext = {
  contextId: string
  contextName: string
  name: {
    en: string
    ko: string
  }
  category: string
  description: {
    en: string
    ko: string
  }
  usageExamples: {
    text: string
    meaning: {
      en: string
      ko: string
    }
  }[]
  /** Names of situations */
  relatedSituations: string[]
  difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  version: number
}

export type Exchange = {
  /** What the learner said */
  message: Message
  /** What the persona answers */
  reply: Message
}

export type Fact = {
  factId: string
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
  text: string
  /** Where the learner said it; the message may be gone, when its conversation was deleted */
  evidence: {
    conversationId: string
    messageId: string
    /** In UTF-16 units of the message */
    start: number
    end: number
  }
  createdAt: string
}

export type Location = {
  locationId: string
  /** What `location` of `GET /situations` takes */
  locationName: string
  name: {
    en: string
    ko: string
  }
  locationType: string
  /** Degrees north (WGS 84) */
  latitude: number
  /** Degrees east (WGS 84) */
  longitude: number
  district: string
  address: string | null
  /** What one does there, in words */
  commonSituations: string[]
  version: number
}

export type LocationDetail = {
  locationId: string
  /** What `location` of `GET /situations` takes */
  locationName: string
  name: {
    en: string
    ko: string
  }
  locationType: string
  /** Degrees north (WGS 84) */
  latitude: number
  /** Degrees east (WGS 84) */
  longitude: number
  district: string
  address: string | null
  /** What one does there, in words */
  commonSituations: string[]
  version: number
  usefulExpressions: {
    text: string
    meaning: {
      en: string
      ko: string
    }
  }[]
  culturalNotes: {
    en: string
    ko: string
  }
  /** What can be practised for this place, by name */
  situations: {
    situationId: string
    name: string
    category: string
    difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  }[]
}

export type Message = {
  messageId: string
  conversationId: string
  /** Counts from 1 in the conversation */
  messageNumber: number
  role: 'user' | 'assistant'
  inputKind: 'text' | 'audio'
  /** Empty while a reply is pending, where it failed, and where speech was not understood */
  content: string
  /** One of the persona's, for the face that goes with the words */
  emotion: string | null
  /** `interrupted`: the reply broke off, and `content` is what there is of it */
  status: 'pending' | 'completed' | 'interrupted' | 'failed'
  provider: string | null
  model: string | null
  /** `filtered`: the rest was withheld */
  finish: string | null
  /** True: the words are an authored line, no model said them */
  scripted: boolean
  tokensUsed: number | null
  /** Why the reply is not whole */
  problem: Problem | null
  createdAt: string
  endedAt: string | null
  /** What came of a recording */
  speech: {
    recordingId: string
    transcript: {
      text: string | null
      unmatchedReason: string | null
      words: {
        text: string
        startMs: number | null
        endMs: number | null
        confidence: number | null
      }[]
      confidence: number | null
      source: 'typed' | 'app' | 'matched' | 'transcribed'
      transcriber: {
        name: string
        model: string | null
        version: string
      }
      /** As the transcriber names what it heard */
      language: string | null
      /** Who gave the times of the words */
      timedBy: 'transcriber' | 'aligner' | null
      /** What a transcriber gave although it cannot have been said */
      dropped: {
        phrase: string
        reason: string
      }[]
      /** What was wrong with the transcriber's answer */
      faults: string[]
      /** The transcriber that was asked first and failed, and how */
      fallback: {
        from: string
        code: string
      } | null
      /** What reply and goals go by, where a second pass that knew the vocabulary heard other words */
      understood: {
        text: string
        confidence: number | null
        producer: {
          name: string
          model: string | null
          version: string
        }
      } | null
      secondPassFailure: string | null
    } | null
    /** The sound, scored against the transcript */
    assessment: Assessment | null
    /** Why there is no overall score */
    unscoredReason: string | null
    feedback: {
      basis: 'heuristic'
      /** The weakest words */
      words: {
        word: string
        score: number
        startMs: number | null
        endMs: number | null
        /** Those that cost most, worst first */
        phones: {
          phone: string
          score: number
          heard?: string
        }[]
      }[]
      /** How to mend the sound, the most useful first; three at most */
      advice: Advice[]
    } | null
  } | null
}

export type MessageEvent =
  | {
      event: 'message.received'
      data: {
        message: Message
      }
    }
  | {
      event: 'message.transcribed'
      data: {
        message: Message
      }
    }
  | {
      event: 'reply.delta'
      data: {
        text: string
      }
    }
  | {
      event: 'reply.completed'
      data: {
        reply: Message
      }
    }
  | {
      event: 'message.assessed'
      data: {
        message: Message
      }
    }
  | {
      event: 'message.completed'
      data: Exchange
    }
  | {
      event: 'problem'
      data: {
        /** `urn:malgil:problem:` and the code */
        type: string
        title: string
        status: number
        detail: string
        /** Stable name of what went wrong, to match on */
        code: string
        requestId?: string
        errors?: {
          /** Dotted path of the field */
          path: string
          message: string
        }[]
        /** Whether the same request may succeed later */
        retryable: boolean
        messageId?: string
      }
    }

export type Persona = {
  name: string
  description: string
  avatarModel: string | null
  /** Which of its texts is served: they are counted from 1 as they are published */
  version: number
}

export type PracticeSession = {
  sessionId: string
  situationId: string
  variationId: string
  /** The very text this session plays */
  variationVersionId: string
  status: 'in_progress' | 'completed' | 'abandoned' | 'paused'
  opener: string
  goals: {
    description: string
    met: boolean
  }[]
  hintsGiven: number
  /** Points that the overall score loses for hints: 3 for each level of hints that was shown */
  hintPenalty: number
  startedAt: string
  endedAt: string | null
  durationSeconds: number | null
  scores: {
    overall: number | null
    pronunciation: number | null
    fluency: number | null
    appropriateness: number | null
  }
  /** The reason for each score that is null */
  unscored: Record<string, unknown>
  suggestions:
    | {
        kind: 'pronunciation' | 'wording' | 'goal'
        text: string
      }[]
    | null
  mistakes:
    | {
        turnNumber: number
        said: string
        correction: string
        explanation: unknown
        /** Where a model judged it */
        kind?: 'breaks_meaning' | 'error' | 'style'
        start?: number
        end?: number
      }[]
    | null
  difficultyRating: number | null
  satisfactionRating: number | null
  turns: Turn[]
}

export type Preferences = {
  /** Whom a conversation is with that is begun without a `personaId` */
  preferredPersona: string | null
  /** Name of a voice, in the app's own terms */
  preferredVoice: string | null
  voiceEnabled: boolean
  /** Of the app's screens */
  language: string
  /** What advice is written in: ko, anything else is answered in English; null: `language` */
  explanationLanguage: string | null
  theme: string
  /** Kept as it is */
  avatarCustomization: Record<string, unknown>
  /** False: nothing is learnt about the learner from free talk, and what is known is not used */
  rememberFacts: boolean
  /** The primary native one chooses the advice on pronunciation */
  languages: {
    code: string
    use: 'native' | 'learning' | 'teaching'
    level: 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2' | null
    /** At most one of each use */
    isPrimary: boolean
  }[]
}

export type Problem = {
  /** `urn:malgil:problem:` and the code */
  type: string
  title: string
  status: number
  detail: string
  /** Stable name of what went wrong, to match on */
  code: string
  requestId?: string
  errors?: {
    /** Dotted path of the field */
    path: string
    message: string
  }[]
  /** Whether the same request may succeed later */
  retryable: boolean
}

export type Situation = {
  situationId: string
  name: string
  category: string
  difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  estimatedDurationSeconds: number
  description: string | null
  learningObjectives: string[]
  locationSpecific: boolean
  targetLocation: string | null
  locationId: string | null
  locationName: string | null
  /** Which of its texts is served: they are counted from 1 as they are published */
  version: number
}

export type Turn = {
  turnId: string
  sessionId: string
  turnNumber: number
  stage: 'received' | 'decoded' | 'transcribed' | 'replied' | 'assessed' | 'completed' | 'failed'
  input: {
    kind: 'text' | 'audio'
    text: string | null
    recordingId: string | null
  }
  transcript: {
    text: string | null
    unmatchedReason: string | null
    words: {
      text: string
      startMs: number | null
      endMs: number | null
      confidence: number | null
    }[]
    confidence: number | null
    source: 'typed' | 'app' | 'matched' | 'transcribed'
    transcriber: {
      name: string
      model: string | null
      version: string
    }
    /** As the transcriber names what it heard */
    language: string | null
    /** Who gave the times of the words */
    timedBy: 'transcriber' | 'aligner' | null
    /** What a transcriber gave although it cannot have been said */
    dropped: {
      phrase: string
      reason: string
    }[]
    /** What was wrong with the transcriber's answer */
    faults: string[]
    /** The transcriber that was asked first and failed, and how */
    fallback: {
      from: string
      code: string
    } | null
    /** What reply and goals go by, where a second pass that knew the vocabulary heard other words */
    understood: {
      text: string
      confidence: number | null
      producer: {
        name: string
        model: string | null
        version: string
      }
    } | null
    secondPassFailure: string | null
  } | null
  reply: {
    text: string
    provider: string
    model: string
    /** `stop`, `length`, `filtered`, `refused`, or `interrupted` for what was shown of a reply that broke off */
    finish: string
    /** True: an authored line was played, no model was asked */
    scripted: boolean
  } | null
  assessment: Assessment | null
  /** Why there is no overall score */
  unscoredReason: string | null
  reference: {
    basis: 'expected_response' | 'transcript'
    text: string
    /** The expected response that comes nearest to what was said */
    nearest: {
      goal: string
      kind: 'ideal' | 'acceptable'
      text: string
      /** 1 − word edit distance ÷ words of the longer text */
      similarity: number
    } | null
  } | null
  feedback: {
    basis: 'heuristic'
    goalReached: string | null
    betterWording: string | null
    mistakes: {
      said: string
      correction: string
      explanation: {
        en: string
        ko: string
      }
    }[]
    words: {
      word: string
      score: number
      startMs: number | null
      endMs: number | null
      /** Those that cost most, worst first */
      phones: {
        phone: string
        score: number
        heard?: string
      }[]
    }[]
    /** How to mend the sound, the most useful first; three at most */
    advice?: Advice[]
  } | null
  /** What a model made of the words */
  judgement: {
    basis: 'judged'
    judge: {
      provider: string
      model: string
      promptVersionId: string
    }
    goalsMet: {
      goal: string
      /** What the learner said that shows it */
      words: string
    }[]
    appropriateness: number | null
    grammar: number | null
    vocabulary: number | null
    /** Only those that change words which were said, as little as possible; style from B2 on */
    corrections: {
      from: string
      to: string
      kind: 'breaks_meaning' | 'error' | 'style'
      explanation: {
        en: string
        ko: string
      }
      /** Where `from` stands in the learner's words */
      start: number
      end: number
    }[]
    /** How many were not trusted, by reason */
    droppedCorrections: Record<string, unknown>
    learner: 'answering' | 'stuck' | 'off_topic' | 'wants_to_lead'
    isOver: boolean
  } | null
  /** Why it made nothing of them; `scripted` where no model is asked */
  unjudgedReason: string | null
  /** Why the turn failed */
  problem: Problem | null
  receivedAt: string
  endedAt: string | null
}

export type TurnEvent =
  | {
      event: 'turn.received'
      data: {
        turnId: string
        sessionId: string
        turnNumber: number
        receivedAt: string
      }
    }
  | {
      event: 'turn.transcribed'
      data: {
        transcript: {
          text: string | null
          unmatchedReason: string | null
          words: {
            text: string
            startMs: number | null
            endMs: number | null
            confidence: number | null
          }[]
          confidence: number | null
          source: 'typed' | 'app' | 'matched' | 'transcribed'
          transcriber: {
            name: string
            model: string | null
            version: string
          }
          /** As the transcriber names what it heard */
          language: string | null
          /** Who gave the times of the words */
          timedBy: 'transcriber' | 'aligner' | null
          /** What a transcriber gave although it cannot have been said */
          dropped: {
            phrase: string
            reason: string
          }[]
          /** What was wrong with the transcriber's answer */
          faults: string[]
          /** The transcriber that was asked first and failed, and how */
          fallback: {
            from: string
            code: string
          } | null
          /** What reply and goals go by, where a second pass that knew the vocabulary heard other words */
          understood: {
            text: string
            confidence: number | null
            producer: {
              name: string
              model: string | null
              version: string
            }
          } | null
          secondPassFailure: string | null
        } | null
      }
    }
  | {
      event: 'reply.delta'
      data: {
        text: string
      }
    }
  | {
      event: 'reply.completed'
      data: {
        reply: {
          text: string
          provider: string
          model: string
          /** `stop`, `length`, `filtered`, `refused`, or `interrupted` for what was shown of a reply that broke off */
          finish: string
          /** True: an authored line was played, no model was asked */
          scripted: boolean
        } | null
      }
    }
  | {
      event: 'turn.assessed'
      data: {
        assessment: Assessment | null
        unscoredReason: string | null
        reference: {
          basis: 'expected_response' | 'transcript'
          text: string
          /** The expected response that comes nearest to what was said */
          nearest: {
            goal: string
            kind: 'ideal' | 'acceptable'
            text: string
            /** 1 − word edit distance ÷ words of the longer text */
            similarity: number
          } | null
        } | null
      }
    }
  | {
      event: 'turn.completed'
      data: Turn
    }
  | {
      event: 'problem'
      data: {
        /** `urn:malgil:problem:` and the code */
        type: string
        title: string
        status: number
        detail: string
        /** Stable name of what went wrong, to match on */
        code: string
        requestId?: string
        errors?: {
          /** Dotted path of the field */
          path: string
          message: string
        }[]
        /** Whether the same request may succeed later */
        retryable: boolean
        turnId?: string
      }
    }

export type Usage = {
  from: string
  to: string
  groupBy: 'app' | 'user' | 'purpose' | 'model' | 'provider' | 'day'
  groups: {
    /** The day, model, purpose, … of this group */
    key: string
    callCount: number
    /** Calls without a complete answer; they may have cost something */
    failedCount: number
    /** Calls whose cost is not known and not in `costMicroUsd` */
    unpricedCount: number
    inputTokens: number
    cachedInputTokens: number
    outputTokens: number
    audioMs: number
    /** Millionths of a US dollar */
    costMicroUsd: number
  }[]
}

export type User = {
  userId: string
  externalId: string
  displayName: string | null
  city: string | null
  district: string | null
  languageLevel: 'beginner' | 'intermediate' | 'advanced'
  userType: 'learner' | 'native_tutor' | 'admin'
  createdAt: string
  updatedAt: string
}

export type Variation = {
  variationId: string
  name: string
  specificContext: string
  aiCharacterRole: string | null
  /** By language: `en`, `ko` */
  culturalNotes: unknown
  /** Words to know, with meanings by language */
  vocabularySupport: unknown
  /** Which of its texts is served: they are counted from 1 as they are published */
  version: number
}

export type __schema0 = string | number | boolean | null | __schema0[] | Record<string, unknown>

export type Calls = {
  /** Create or change a learner of this app */
  'PUT /v1/users/by-external-id/{externalId}': {
    input: { path: { externalId: string } } & {
      body: {
        displayName?: string | null
        city?: string | null
        district?: string | null
        languageLevel?: 'beginner' | 'intermediate' | 'advanced'
      }
    }
    answer: User
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
        voiceEnabled?: boolean
        /** Of the app's screens */
        language?: string
        /** What advice is written in: ko, anything else is answered in English; null: `language` */
        explanationLanguage?: string | null
        theme?: string
        /** Kept as it is */
        avatarCustomization?: Record<string, __schema0>
        /** False: nothing is learnt about the learner from free talk, and what is known is not used */
        rememberFacts?: boolean
        /** The primary native one chooses the advice on pronunciation */
        languages?: {
          code: string
          use: 'native' | 'learning' | 'teaching'
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
        voiceEnabled?: boolean
        /** Of the app's screens */
        language?: string
        /** What advice is written in: ko, anything else is answered in English; null: `language` */
        explanationLanguage?: string | null
        theme?: string
        /** Kept as it is */
        avatarCustomization?: Record<string, __schema0>
        /** False: nothing is learnt about the learner from free talk, and what is known is not used */
        rememberFacts?: boolean
        /** The primary native one chooses the advice on pronunciation */
        languages?: {
          code: string
          use: 'native' | 'learning' | 'teaching'
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
      items: Fact[]
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
      items: Persona[]
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
      items: Situation[]
      nextCursor: string | null
    }
    events: never
  }
  /** The stagings of a situation; a practice session plays one */
  'GET /v1/situations/{situationId}/variations': {
    input: { path: { situationId: string }; query?: { limit?: number; cursor?: string } }
    answer: {
      items: Variation[]
      nextCursor: string | null
    }
    events: never
  }
  /** The places that situations are set in */
  'GET /v1/locations': {
    input: { query?: { limit?: number; cursor?: string; district?: string; type?: string } }
    answer: {
      items: Location[]
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
      items: CulturalContext[]
      nextCursor: string | null
    }
    events: never
  }
  /** Score a recording against the text that was to be said; nothing is stored */
  'POST /v1/assessments': {
    input: {
      form: {
        /** The reference */
        text: string
        /** The learner's first language; without templates of its own, the general ones serve */
        firstLanguage?: string
        /** What the feedback is written in: en (default) or ko */
        language?: string
      } & {
        audio: Blob
      }
    }
    answer: AssessmentWithFeedback
    events: never
  }
  /** Start a run of a variation; answers with its opener */
  'POST /v1/users/{userId}/practice-sessions': {
    input: { path: { userId: string } } & {
      body: {
        variationId: string
      }
    }
    answer: PracticeSession
    events: never
  }
  /** A session with all its turns */
  'GET /v1/users/{userId}/practice-sessions/{sessionId}': {
    input: { path: { userId: string; sessionId: string } }
    answer: PracticeSession
    events: never
  }
  /** Say something: text or a recording; answers with reply, assessment and feedback */
  'POST /v1/users/{userId}/practice-sessions/{sessionId}/turns': {
    input: { path: { userId: string; sessionId: string } } & (
      | {
          body: {
            text: string
          }
        }
      | {
          form: {
            /** What the app's own recogniser heard */
            transcript?: string
          } & {
            audio: Blob
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
    answer: {
      level: number
      text: {
        en: string
        ko: string
      }
      isLast: boolean
    }
    events: never
  }
  /** End the session: scores, mistakes, suggestions */
  'POST /v1/users/{userId}/practice-sessions/{sessionId}/complete': {
    input: { path: { userId: string; sessionId: string } } & {
      body: {
        difficultyRating?: number
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
      items: Conversation[]
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
    input: { path: { userId: string; conversationId: string }; query?: { facts?: 'keep' | 'erase' } }
    answer: undefined
    events: never
  }
  /** Say something: text or a recording; answers with the message and the persona's reply */
  'POST /v1/users/{userId}/conversations/{conversationId}/messages': {
    input: { path: { userId: string; conversationId: string } } & (
      | {
          body: {
            text: string
          }
        }
      | {
          form: {
            /** What the app's own recogniser heard */
            transcript?: string
          } & {
            audio: Blob
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
  /** The audio as it was sent */
  'GET /v1/users/{userId}/recordings/{recordingId}': {
    input: { path: { userId: string; recordingId: string } }
    answer: Blob
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
