import ComputeGraph
import TensorCore
import Testing

/// Compares what a network computed with the reference's numbers.
struct ReferenceComparison {
  let reference: ReferenceNetwork
  let parameters: NamedTensors
  let seed: [Float]
  /// As a share of the greatest element or of the norm.
  let tolerance: Double

  private var graph: Graph { reference.graph }
  private var start: [[Double]] {
    graph.parameters.map { doubles(parameters[$0.name]) }
  }

  func check(_ step: NetworkStep) {
    let expected = reference.forward(start)
    expectClose(step.output.map { Double($0) }, expected.output.values, "output")
    for (parameter, values) in zip(graph.parameters, expected.parameters)
    where !parameter.isTrainable {
      expectClose(doubles(step.parameters[parameter.name]), values, parameter.name)
    }
    if reference.mode == .training { checkGradients(step) }
  }

  /// Every parameter: along two random directions, which every element takes part in, and for a
  /// few single elements.
  private func checkGradients(_ step: NetworkStep) {
    for (index, parameter) in graph.parameters.enumerated() where parameter.isTrainable {
      let found = doubles(step.gradients[parameter.name])
      guard found.count == parameter.shape.elementCount else {
        Issue.record("\(parameter.name) has no gradient")
        continue
      }
      let norm = found.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      let greatest = found.reduce(0.0) { max($0, abs($1)) }
      var values = Values(seed: index + 7)
      for _ in 0..<2 {
        let direction = values.signed(found.count).map { $0 < 0 ? -1.0 : 1.0 }
        let expected = reference.derivative(start, of: index, along: direction, seed: seed)
        let along = zip(found, direction).reduce(0.0) { $0 + $1.0 * $1.1 }
        #expect(
          abs(along - expected) <= tolerance * max(norm, 1e-2) * 2,
          "\(parameter.name) along a direction: \(along), expected \(expected), norm \(norm)")
      }
      for draw in 0..<4 {
        let element = (draw * 7919 + index * 31) % found.count
        var direction = [Double](repeating: 0, count: found.count)
        direction[element] = 1
        let expected = reference.derivative(start, of: index, along: direction, seed: seed)
        #expect(
          abs(found[element] - expected) <= tolerance * max(greatest, 1e-2),
          "\(parameter.name)[\(element)]: \(found[element]), expected \(expected)")
      }
    }
  }

  /// Every element of every gradient against another network's.
  func check(_ step: NetworkStep, against witness: NetworkStep) {
    for (name, gradient) in witness.gradients {
      expectClose(
        doubles(step.gradients[name]), doubles(gradient),
        "gradient of \(name) against OpenBLAS")
    }
  }

  private func doubles(_ tensor: HostTensor?) -> [Double] {
    (tensor?.values ?? []).map { Double($0) }
  }

  private func expectClose(_ found: [Double], _ expected: [Double], _ what: String) {
    guard found.count == expected.count else {
      Issue.record("\(what): \(found.count) elements, expected \(expected.count)")
      return
    }
    let greatest = max(expected.reduce(0) { max($0, abs($1)) }, 1e-2)
    var worst = (error: 0.0, index: 0)
    for index in found.indices {
      let error = abs(found[index] - expected[index])
      // A NaN must not pass for close.
      if !(error <= worst.error) { worst = (error.isNaN ? .infinity : error, index) }
    }
    #expect(
      worst.error <= tolerance * greatest,
      "\(what)[\(worst.index)]: \(found[worst.index]), expected \(expected[worst.index])")
  }
}
