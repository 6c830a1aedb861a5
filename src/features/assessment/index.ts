export { assessManifest, writeLine } from './assess-manifest.ts'
export { assessmentRoutes } from './routes.ts'
