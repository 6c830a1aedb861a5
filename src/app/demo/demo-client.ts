import type { Assessment } from '#engines/speech/assessment.ts'

export type DemoTurn = {
  transcript: { text: string | null } | null
  reply: { text: string; scripted: boolean } | null
  assessment: Assessment | null
  unscoredReason: string | null
  feedback: DemoFeedback | null
  judgement: { corrections: DemoCorrection[] } | null
  /** Why nobody judged the words. */
  unjudgedReason: string | null
  problem: { code: string; detail: string } | null
}

export type DemoCorrection = { from: string; to: string; kind: string }

export type DemoFeedback = {
  goalReached: string | null
  betterWording: string | null
  mistakes: { said: string; correction: string }[]
  words: { word: string; score: number; phones: { phone: string; score: number; heard?: string }[] }[]
  advice?: { explanation: string; tip?: string }[]
}

export type DemoSession = {
  sessionId: string
  opener: string
  goals: { description: string; met: boolean }[]
  sessionOver: { reason: string } | null
  scores: Record<string, number | null>
  unscored: Record<string, string>
  suggestions: { kind: string; text: string }[] | null
}

type Variation = { variationId: string; name: string; specificContext: string }

export type DemoClient = ReturnType<typeof createDemoClient>

/** What an app would write: plain HTTP with a key. */
export function createDemoClient({ url, key }: { url: string; key: string }) {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const isForm = body instanceof FormData
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(isForm ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`)
    return answer as T
  }
  const sessionPath = (userId: string, sessionId: string) => `/users/${userId}/practice-sessions/${sessionId}`
  return {
    putUser: (externalId: string, user: unknown) =>
      call<{ userId: string }>('PUT', `/users/by-external-id/${externalId}`, user),
    async findVariation(situation: string, variation: string): Promise<Variation> {
      const { items: situations } = await call<{ items: { situationId: string; name: string }[] }>(
        'GET',
        '/situations?limit=100',
      )
      const situationId = situations.find(({ name }) => name === situation)?.situationId
      const { items } = await call<{ items: Variation[] }>(
        'GET',
        `/situations/${situationId}/variations?limit=100`,
      )
      const found = items.find(({ name }) => name === variation)
      if (!found) throw new Error(`The catalogue has no ${situation}/${variation}`)
      return found
    },
    startSession: (userId: string, variationId: string) =>
      call<DemoSession>('POST', `/users/${userId}/practice-sessions`, { variationId }),
    speak(userId: string, sessionId: string, recording: Uint8Array<ArrayBuffer>) {
      const form = new FormData()
      form.set('audio', new Blob([recording]), 'turn.webm')
      return call<DemoTurn>('POST', `${sessionPath(userId, sessionId)}/turns`, form)
    },
    write: (userId: string, sessionId: string, text: string) =>
      call<DemoTurn>('POST', `${sessionPath(userId, sessionId)}/turns`, { text }),
    session: (userId: string, sessionId: string) => call<DemoSession>('GET', sessionPath(userId, sessionId)),
    hint: (userId: string, sessionId: string) =>
      call<{ level: number; text: { en: string; ko?: string } }>(
        'POST',
        `${sessionPath(userId, sessionId)}/hints`,
      ),
    complete: (userId: string, sessionId: string, ratings: unknown) =>
      call<DemoSession>('POST', `${sessionPath(userId, sessionId)}/complete`, ratings),
  }
}
