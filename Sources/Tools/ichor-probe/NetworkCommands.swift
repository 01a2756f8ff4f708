import ArgumentParser
import ComputeGraph

/// `ichor-probe forward`: the logits of one batch in inference mode.
struct ForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward", abstract: "Computes a model's logits for one batch.",
    discussion: """
      Example: ichor-probe forward --model resnet50 --weights w.safetensors --input x.safetensors \
      --output y.safetensors
      """)

  @OptionGroup var options: NetworkOptions

  func run() throws { try options.run(.predict) { try $0.forward() } }
}

/// `ichor-probe gradients`: loss, gradients and statistics of one training pass.
struct GradientsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradients", abstract: "Computes loss, gradients and updated statistics.",
    discussion: """
      The input file also holds targets [N, classes] and may hold class_weights [classes].

      Example: ichor-probe gradients --model resnet18 --weights w.safetensors \
      --input x.safetensors --output g.safetensors
      """)

  @OptionGroup var options: NetworkOptions

  func run() throws { try options.run { try $0.gradients() } }
}

/// `ichor-probe steps`: a few optimiser steps on one batch.
struct StepsCommand: ParsableCommand {
  enum Optimizer: String, CaseIterable, ExpressibleByArgument { case sgd, rmsprop }
  enum Definition: String, CaseIterable, ExpressibleByArgument { case pytorch, keras }

  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "Takes optimiser steps on one batch.",
    discussion: """
      Defaults are those of torch.optim or, with --definition keras, of Keras.

      Example: ichor-probe steps --model resnet18 --weights w.safetensors --input x.safetensors \
      --output s.safetensors --optimizer sgd --steps 20 --lr 0.01 --momentum 0.9
      """)

  @OptionGroup var options: NetworkOptions
  @Option(help: "The update rule.") var optimizer = Optimizer.sgd
  @Option(help: "Whose rule: the two place the rate and RMSprop's epsilon differently.")
  var definition = Definition.pytorch
  @Option(help: "Steps to take.") var steps = 20
  @Option(help: "Learning rate.") var lr: Double = 0.01
  @Option(help: "Momentum.") var momentum: Double = 0
  @Flag(help: "Nesterov's momentum.") var nesterov = false
  @Option(
    name: [.long, .customLong("alpha")],
    help: "RMSprop: the share of the average of squares that is kept (PyTorch 0.99, Keras 0.9).")
  var rho: Double?
  @Option(
    name: [.long, .customLong("eps")], help: "RMSprop: PyTorch 1e-8, Keras 1e-7.")
  var epsilon: Double?
  @Option(help: "L2 penalty on every parameter, as PyTorch applies it.")
  var weightDecay: Double = 0
  @Option(help: "Scales gradients down to this global norm where theirs is greater.")
  var clipNorm: Double?

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps must be at least 1") }
    if let clipNorm, !(clipNorm > 0) { throw ValidationError("--clip-norm must be positive") }
  }

  private var method: UpdateRule.Method {
    switch (optimizer, definition) {
    case (.sgd, .pytorch): .sgd(nesterov: nesterov)
    case (.sgd, .keras): .kerasSGD(nesterov: nesterov)
    case (.rmsprop, .pytorch):
      .pytorchRMSprop(rho: Float(rho ?? 0.99), epsilon: Float(epsilon ?? 1e-8))
    case (.rmsprop, .keras):
      .kerasRMSprop(rho: Float(rho ?? 0.9), epsilon: Float(epsilon ?? 1e-7))
    }
  }

  func run() throws {
    let rule = UpdateRule(
      method, rate: Float(lr), momentum: Float(momentum), decay: Float(weightDecay))
    try options.run { try $0.steps(steps, rule: rule, clipNorm: clipNorm) }
  }
}
