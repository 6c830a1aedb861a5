export { assessManifest, writeLine } from './assess-manifest.ts'
export { compareAssessments, formatComparison, readAssessments } from './compare-assessments.ts'
export { LearnerLanguages } from './learner-languages.ts'
export { assessmentRoutes } from './routes.ts'
