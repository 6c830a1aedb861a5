export type Delivery = {
  deliver: (text: string) => void
  /** Delivers what waits. Throws what a delivery threw that nobody waited for. */
  end: () => void
}

/** What comes at once is delivered at once: each delivery is a write for everybody who follows. */
export function createDelivery(onDelta: (text: string) => void): Delivery {
  let waiting = ''
  let trouble: { error: unknown } | undefined
  const release = () => {
    const text = waiting
    waiting = ''
    if (text !== '') onDelta(text)
  }
  const releaseSoon = () => {
    try {
      release()
    } catch (error) {
      trouble = { error }
    }
  }
  return {
    deliver(text) {
      if (trouble) throw trouble.error
      if (waiting === '') queueMicrotask(releaseSoon)
      waiting += text
    },
    end() {
      if (trouble) throw trouble.error
      release()
    },
  }
}
