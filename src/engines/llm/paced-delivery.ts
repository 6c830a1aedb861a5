/** Twenty pieces a second read as smoothly as two hundred, and each costs a write for everybody who follows. */
const TOGETHER_MS = 50

export type PacedDelivery = {
  deliver: (text: string) => void
  /** Delivers what waits. Throws what a delivery threw that nobody waited for. */
  end: () => void
}

/** The first piece at once, and what comes within 50 ms of a piece together with what follows it. */
export function createPacedDelivery(onDelta: (text: string) => void): PacedDelivery {
  let waiting = ''
  let lastMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let trouble: { error: unknown } | undefined
  const release = () => {
    timer = undefined
    const text = waiting
    waiting = ''
    lastMs = performance.now()
    if (text !== '') onDelta(text)
  }
  const releaseLater = () => {
    try {
      release()
    } catch (error) {
      trouble = { error }
    }
  }
  return {
    deliver(text) {
      if (trouble) throw trouble.error
      waiting += text
      if (timer) return
      const waitMs = lastMs + TOGETHER_MS - performance.now()
      if (waitMs > 0) timer = setTimeout(releaseLater, waitMs)
      else release()
    },
    end() {
      clearTimeout(timer)
      if (trouble) throw trouble.error
      release()
    },
  }
}
