/** What a linear model sees, by name. */
export type Features = Readonly<Record<string, number>>

/** `bias` plus the weighted sum of the features that are named; other features are not looked at. */
export type LinearModel = { bias: number; weights: Readonly<Record<string, number>> }

export function predict({ bias, weights }: LinearModel, features: Features): number {
  return Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * (features[name] ?? 0), bias)
}

/** Logistic regression: the prediction as a probability. */
export const predictProbability = (model: LinearModel, features: Features) =>
  1 / (1 + Math.exp(-predict(model, features)))

/** A prediction on the scale of 0 to 100 as an integer inside of it. */
export const predictScore = (model: LinearModel, features: Features) =>
  Math.round(Math.min(100, Math.max(0, predict(model, features))))
