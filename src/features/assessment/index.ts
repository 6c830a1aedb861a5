export { assessManifest, writeLine } from './assess-manifest.ts'
export { LearnerLanguages } from './learner-languages.ts'
export { assessmentRoutes } from './routes.ts'
