export { authenticate } from './authenticate.ts'
export { createApp, revokeKey } from './create-app.ts'
export { getLanguageLevel, isUserOfApp, listApiKeys } from './queries.ts'
export { identityRoutes } from './routes.ts'
