import ComputeGraph
import Foundation
import Models
import Training

/// Times the grouped convolutions of a network inside its training steps, in several forms that
/// take turns.
package struct GroupedConvolutionBenchmark {
  /// The layers of one shape in one pass.
  struct Row: Sendable {
    /// Their shape, such as `28x28, 32 x 6 channels`.
    let layers: String
    let pass: String
    /// The time of all these layers together in one step, best of the rounds, by form.
    let milliseconds: [Double]
  }

  /// The rows of all forms, with their title.
  package struct Result: Sendable {
    let title: String
    let forms: [String]
    let rows: [Row]

    /// One column per form, and their sums.
    package var table: String {
      var lines = [title, Self.line("layers", "pass", forms)]
      var layers = ""
      for row in rows {
        lines.append(
          Self.line(row.layers == layers ? "" : row.layers, row.pass, Self.cells(row.milliseconds)))
        layers = row.layers
      }
      let total = rows.reduce(into: forms.map { _ in 0.0 }) { sum, row in
        for form in forms.indices { sum[form] += row.milliseconds[form] }
      }
      lines.append(Self.line("all", "", Self.cells(total)))
      return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ layers: String, _ pass: String, _ cells: [String]) -> String {
      let words = [
        layers.padding(toLength: 36, withPad: " ", startingAt: 0),
        pass.padding(toLength: 30, withPad: " ", startingAt: 0),
      ]
      let numbers = cells.map { String(repeating: " ", count: max(0, 8 - $0.count)) + $0 }
      return (words + numbers).joined()
    }

    private static func cells(_ milliseconds: [Double]) -> [String] {
      milliseconds.map { String(format: "%.2f", $0) }
    }
  }

  /// The passes that have rows; everything else about a node goes into a row of its own.
  private static let passes = [
    "convolution forward", "convolution backward data", "convolution backward weights",
  ]
  private static let rest = "weights and reorders"
  private static let elsewhere = "all other layers"

  /// - Parameters:
  ///   - forms: backends that differ in how they compute grouped convolutions.
  ///   - names: what the table calls the forms.
  ///   - rounds: of `setup.steps` steps each; after every round the next form has its turn.
  /// - Throws: as `NetworkBenchmark.run`.
  package static func run(
    _ setup: NetworkBenchmark.Setup, forms: [any Backend], names: [String], rounds: Int
  ) throws -> Result {
    let graph = try setup.graph()
    var steps = try forms.map { backend in
      let program = Program(graph, mode: .training, batch: setup.batch)
      return try SyntheticSteps(
        graph, try backend.compile(program, precision: setup.precision))
    }
    let shapes = shapes(of: graph).merging([elsewhere: elsewhere]) { $1 }
    var best: [ExecutionProfile.Place: [Double]] = [:]
    for round in 0...rounds {
      for form in steps.indices {
        steps[form].network.profiles = true
        for _ in 0..<setup.steps { try steps[form].run(.train) }
        // The first round warms up.
        let profile = steps[form].network.takeProfile()
        guard round > 0 else { continue }
        for (place, seconds) in joined(profile, nodes: shapes) {
          var known = best[place] ?? Array(repeating: .infinity, count: forms.count)
          known[form] = min(known[form], seconds / Double(setup.steps))
          best[place] = known
        }
      }
    }
    return Result(
      title: "\(setup.architecture.rawValue) at \(setup.size), batch \(setup.batch), "
        + "\(setup.precision.rawValue): ms per step",
      forms: names, rows: rows(best, shapes, forms: forms.count))
  }

  /// A few words on the shape of every grouped convolution, by its name.
  private static func shapes(of graph: Graph) -> [String: String] {
    var shapes: [String: String] = [:]
    for node in graph.nodes {
      guard case .convolution(let attributes) = node.operation, attributes.groups > 1 else {
        continue
      }
      let (src, dims) = (graph[node.inputs[0]], graph[node.parameters[0]].shape.dims)
      let stride = attributes.stride > 1 ? ", stride \(attributes.stride)" : ""
      shapes[node.name] =
        "\(src.height)x\(src.width), \(attributes.groups) x \(dims[1]) channels\(stride)"
    }
    return shapes
  }

  private static func joined(
    _ profile: ExecutionProfile, nodes: [String: String]
  ) -> [ExecutionProfile.Place: Double] {
    var seconds: [ExecutionProfile.Place: Double] = [:]
    for (place, time) in profile.seconds {
      if nodes[place.node] != nil {
        let pass = passes.contains(place.kind) ? place.kind : rest
        seconds[ExecutionProfile.Place(kind: pass, node: place.node), default: 0] += time
      } else if place.kind == "reorder" {
        // What a form leaves in another layout costs the layers around it.
        seconds[ExecutionProfile.Place(kind: rest, node: elsewhere), default: 0] += time
      }
    }
    return seconds
  }

  private static func rows(
    _ best: [ExecutionProfile.Place: [Double]], _ shapes: [String: String], forms: Int
  ) -> [Row] {
    var sums: [String: [Double]] = [:]
    for (place, seconds) in best {
      // A form without reorders has no such time.
      let seconds = seconds.map { $0.isFinite ? $0 : 0 }
      let key = "\(shapes[place.node] ?? "")\n\(place.kind)"
      sums[key] = zip(sums[key] ?? Array(repeating: 0, count: forms), seconds).map { $0 + $1 }
    }
    let order = passes + [rest]
    return Set(shapes.values).sorted { $0.localizedStandardCompare($1) == .orderedDescending }
      .flatMap { layers in
        order.compactMap { pass in
          sums["\(layers)\n\(pass)"].map { seconds in
            Row(layers: layers, pass: pass, milliseconds: seconds.map { $0 * 1000 })
          }
        }
      }
  }
}
