"""Writes Tests/TrainingTests/OptimizerTraces.swift: 20 steps of Keras's and PyTorch's optimisers.

    KERAS_BACKEND=torch python Tests/Oracles/optimizer_traces.py \
        > Tests/TrainingTests/OptimizerTraces.swift

Needs torch and keras 3. Weights and gradients are those of oracle_weights, the arithmetic is in
float64, and the rate falls to a tenth after step 10: then the frameworks' momentum differs, as
Keras's holds rates, PyTorch's doesn't.
"""

import keras
import torch

import oracle_weights

STEPS, DROP = 20, 10


def steps():
    for step in range(STEPS):
        yield step, oracle_weights.tensor(f"gradient {step}", (5,), -1, 1).astype("float64")


def start():
    return oracle_weights.tensor("weight", (5,), -1, 1).astype("float64")


def with_keras(optimizer, rate):
    variable = keras.Variable(start(), dtype="float64")
    optimizer.build([variable])
    for step, gradient in steps():
        optimizer.learning_rate = rate if step < DROP else rate * 0.1
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
        yield keras.ops.convert_to_numpy(variable).tolist()


def with_torch(make, rate):
    weight = torch.nn.Parameter(torch.from_numpy(start()))
    optimizer = make([weight])
    for step, gradient in steps():
        optimizer.param_groups[0]["lr"] = rate if step < DROP else rate * 0.1
        weight.grad = torch.from_numpy(gradient)
        optimizer.step()
        yield weight.tolist()


def sgd(framework, momentum, nesterov, decay=0.0):
    rate = 0.05
    rule = f".sgd(momentum: {momentum}, nesterov: {str(nesterov).lower()})"
    if framework == "keras":
        optimizer = keras.optimizers.SGD(rate, momentum=momentum, nesterov=nesterov)
        trace = with_keras(optimizer, rate)
    else:
        trace = with_torch(lambda w: torch.optim.SGD(
            w, lr=rate, momentum=momentum, nesterov=nesterov, weight_decay=decay), rate)
    write(framework, rule, rate, decay, trace)


def rmsprop(framework, rho, epsilon, momentum, decay=0.0):
    rate = 0.01
    rule = f".rmsprop(rho: {rho}, epsilon: {epsilon}, momentum: {momentum})"
    if framework == "keras":
        optimizer = keras.optimizers.RMSprop(rate, rho=rho, epsilon=epsilon, momentum=momentum)
        trace = with_keras(optimizer, rate)
    else:
        trace = with_torch(lambda w: torch.optim.RMSprop(
            w, lr=rate, alpha=rho, eps=epsilon, momentum=momentum, weight_decay=decay), rate)
    write(framework, rule, rate, decay, trace)


def write(framework, rule, rate, decay, trace):
    print(f"    OptimizerTrace(\n      framework: .{framework}, rule: {rule},")
    print(f"      rate: {rate}, decay: {decay},\n      weights: [")
    for weights in trace:
        print("        [" + ", ".join(f"{w:.9g}" for w in weights) + "],")
    print("      ]),")


VERSIONS = keras.__version__, torch.__version__.split("+")[0]
HEAD = f"""/// Weights after each of 20 steps of a framework's own optimiser: Keras {VERSIONS[0]}
/// and PyTorch {VERSIONS[1]}. Written by Tests/Oracles/optimizer_traces.py.
///
/// The first weights are `OracleWeights.tensor(name: "weight", shape: [5], range: -1...1)`, the
/// gradients of step `n`, from 0, `"gradient n"` of the same shape and range. The rate is `rate` in
/// the first ten steps and a tenth of it afterwards.
struct OptimizerTrace: Sendable, CustomTestStringConvertible {{
  enum Framework: Sendable {{ case keras, pytorch }}

  enum Rule: Sendable {{
    case sgd(momentum: Float, nesterov: Bool)
    /// Not centered. Keras divides by `sqrt(v + epsilon)`, PyTorch by `sqrt(v) + epsilon`.
    case rmsprop(rho: Float, epsilon: Float, momentum: Float)
  }}

  let framework: Framework
  let rule: Rule
  let rate: Float
  /// L2 penalty, added to the gradient.
  let decay: Float
  /// [20 steps][5].
  let weights: [[Float]]

  var testDescription: String {{ "\\(framework) \\(rule) decay \\(decay)" }}

  static let all: [OptimizerTrace] = ["""

if __name__ == "__main__":
    print("import Testing\n")
    print(HEAD)
    for framework in ["keras", "pytorch"]:
        sgd(framework, 0.9, False)
        sgd(framework, 0.9, True)
        rmsprop(framework, 0.9, 1e-07, 0.0)
        rmsprop(framework, 0.9, 0.01, 0.0)
        rmsprop(framework, 0.9, 1e-07, 0.9)
    rmsprop("pytorch", 0.99, 1e-08, 0.9, 0.01)
    print("  ]\n}")
