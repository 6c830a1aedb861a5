/** Who calls: settled once by the `Authorization` header. */
export type Identity = { appId: string }

export type Authenticate = (authorization: string | undefined) => Promise<Identity>

/** Whether the caller may act for that learner. Someone else's learner looks exactly like a missing one. */
export type MayActFor = (identity: Identity, userId: string) => Promise<boolean>
