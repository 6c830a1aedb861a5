export { authenticate } from './authenticate.ts'
export { createApp, revokeKey } from './create-app.ts'
export { findCefrLevel, getApp, getLanguageLevel, isUserOfApp, listApiKeys, listApps } from './queries.ts'
export { identityRoutes } from './routes.ts'
