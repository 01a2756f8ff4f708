/// What updates the weights: `optimizer` of a phase.
public enum Optimizer: String, Choice {
  case sgd
  case rmsprop
}

/// Whose formula an optimiser follows: `definition` of a phase. Keras has the rate inside the
/// velocity and RMSprop's epsilon under the root; PyTorch has neither.
public enum OptimizerDefinition: String, Choice {
  case keras
  case pytorch
}
