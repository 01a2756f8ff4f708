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

  func run() throws { try options.run { try $0.forward() } }
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
  enum Optimizer: String, CaseIterable, ExpressibleByArgument { case sgd }

  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "Takes optimiser steps on one batch.",
    discussion: """
      Example: ichor-probe steps --model resnet18 --weights w.safetensors --input x.safetensors \
      --output s.safetensors --optimizer sgd --steps 20 --lr 0.01 --momentum 0.9
      """)

  @OptionGroup var options: NetworkOptions
  @Option(help: "The update rule.") var optimizer = Optimizer.sgd
  @Option(help: "Steps to take.") var steps = 20
  @Option(help: "Learning rate.") var lr: Double = 0.01
  @Option(help: "Momentum.") var momentum: Double = 0
  @Flag(help: "Nesterov's momentum.") var nesterov = false
  @Option(help: "L2 penalty on every parameter, as PyTorch applies it.")
  var weightDecay: Double = 0

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps is at least 1") }
  }

  func run() throws {
    let rule = UpdateRule.sgd(
      rate: Float(lr), momentum: Float(momentum), nesterov: nesterov, decay: Float(weightDecay),
      decaysWeightsOnly: false)
    try options.run { try $0.steps(steps, rule: rule) }
  }
}
