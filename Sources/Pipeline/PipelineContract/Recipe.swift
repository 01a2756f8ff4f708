/// Everything that decides what a stage produces.
package struct Recipe: Codable, Equatable, Sendable {
  package let formatVersion: Int
  package let stage: Stage
  private let name: String?
  package let parameters: [String: JSONValue]
  package let inputs: [Manifest.Input]
  package let program: Manifest.Program

  package init(
    _ instance: StageInstance, parameters: [String: JSONValue], inputs: [Manifest.Input],
    program: Manifest.Program
  ) {
    formatVersion = Manifest.currentFormatVersion
    stage = instance.stage
    name = instance.instance
    self.parameters = parameters
    self.inputs = inputs
    self.program = program
  }

  /// What an artifact was made from.
  package init(of manifest: Manifest) {
    formatVersion = manifest.formatVersion
    stage = manifest.stage
    name = manifest.instance
    parameters = manifest.parameters
    inputs = manifest.inputs
    program = manifest.program
  }

  package var instance: StageInstance { StageInstance(stage, name) }

  /// The recipe with its inputs described differently.
  package func with(inputs: [Manifest.Input]) -> Recipe {
    Recipe(instance, parameters: parameters, inputs: inputs, program: program)
  }

  /// Parameters that a stage may choose itself where they are `auto`: what it chose is recorded, and
  /// `auto` is content with any choice.
  package static let chosen: Set = [precisionKey]
  package static let precisionKey = "compute.precision"

  /// Whether two values of a parameter make the same.
  package static func isSame(_ key: String, _ left: JSONValue, _ right: JSONValue) -> Bool {
    left.isSame(as: right)
      || chosen.contains(key) && [left, right].contains { $0.isSame(as: .string("auto")) }
  }

  /// The recipe with what a stage has chosen before, where this one leaves it open.
  func adopting(_ earlier: [String: JSONValue]) -> Recipe {
    let open = parameters.filter { Self.chosen.contains($0.key) && $0.value == .string("auto") }
    let known = earlier.filter { open[$0.key] != nil }
    return Recipe(
      instance, parameters: parameters.merging(known) { $1 }, inputs: inputs, program: program)
  }

  /// Whether work begun by the other recipe can be continued by this one.
  ///
  /// - Parameter strictly: whether the executables have to be equal, and not only what they make.
  package func produces(theSameAs other: Recipe, strictly: Bool = false) -> Bool {
    guard instance == other.instance else { return false }
    return StaleReason.differences(from: other, to: self, strictly: strictly).isEmpty
  }
}
