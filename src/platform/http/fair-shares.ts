/** Who holds a place: a learner of an app. */
export type Holder = { appId: string; userId: string | undefined }

export type FairShares = {
  readonly taken: number
  /** Whether the holder may take one of `places`. Who may not is remembered as waiting. */
  mayTake: (holder: Holder, places: number) => boolean
  /** Takes a place. Returns how it is given back; a second call does nothing. */
  take: (holder: Holder) => () => void
}

/** A client that was refused is told to come back after a second. Some come a little later. */
const WAITS_MS = 3_000

type Group = { taken: number; waitsUntil: number }

/**
 * Max-min fairness without a queue: places are divided equally between the apps that hold or want one, and the share of
 * an app between its learners. A share counts only while somebody else wants a place; until then one may hold all.
 */
export function createFairShares(now: () => number = () => performance.now()): FairShares {
  const apps = new Map<string, Group>()
  const learners = new Map<string, Map<string, Group>>()
  let taken = 0

  function mayTake({ appId, userId = '' }: Holder, places: number): boolean {
    const own = learners.get(appId) ?? new Map<string, Group>()
    const appShare = shareOf(apps, appId, { places, at: now() })
    // Within its share an app has nobody to give way to but its own learners.
    const learnerShare = shareOf(own, userId, { places: Math.min(places, appShare), at: now() })
    const isWithin = heldBy(apps, appId) < appShare && heldBy(own, userId) < learnerShare
    if (taken < places && isWithin) return true
    learners.set(appId, own)
    for (const group of [groupOf(apps, appId), groupOf(own, userId)]) group.waitsUntil = now() + WAITS_MS
    return false
  }

  function take({ appId, userId = '' }: Holder): () => void {
    const own = learners.get(appId) ?? new Map<string, Group>()
    learners.set(appId, own)
    const held = [groupOf(apps, appId), groupOf(own, userId)]
    for (const group of held) {
      group.taken += 1
      group.waitsUntil = 0
    }
    taken += 1
    let isGivenBack = false
    return () => {
      if (isGivenBack) return
      isGivenBack = true
      taken -= 1
      for (const group of held) group.taken -= 1
      forgetIdle(own, now())
      forgetIdle(apps, now())
      if (own.size === 0) learners.delete(appId)
    }
  }

  return {
    mayTake,
    take,
    get taken() {
      return taken
    },
  }
}

/** All places while nobody else waits. */
function shareOf(
  groups: Map<string, Group>,
  id: string,
  { places, at }: { places: number; at: number },
): number {
  const others = [...groups].filter(([other]) => other !== id).map(([, group]) => group)
  if (!others.some(({ waitsUntil }) => waitsUntil > at)) return places
  const active = others.filter(({ taken, waitsUntil }) => taken > 0 || waitsUntil > at).length + 1
  return Math.max(1, Math.floor(places / active))
}

const heldBy = (groups: Map<string, Group>, id: string) => groups.get(id)?.taken ?? 0

function groupOf(groups: Map<string, Group>, id: string): Group {
  const found = groups.get(id) ?? { taken: 0, waitsUntil: 0 }
  groups.set(id, found)
  return found
}

function forgetIdle(groups: Map<string, Group>, at: number): void {
  for (const [id, { taken, waitsUntil }] of groups) if (taken === 0 && waitsUntil <= at) groups.delete(id)
}
