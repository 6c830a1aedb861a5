/** Who calls: settled once by the `Authorization` header. */
export type Identity = { appId: string }

/**
 * `userId`: the learner whom the call names, or what stands in their place. `mayAct`: whether the caller may act for them;
 * someone else's learner looks exactly like a missing one.
 */
export type Authenticate = (
  authorization: string | undefined,
  userId: string | undefined,
) => Promise<{ identity: Identity; mayAct: boolean }>
