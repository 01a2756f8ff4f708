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

  /// Whether work begun by the other recipe can be continued by this one.
  ///
  /// - Parameter strictly: whether the executables have to be equal, and not only what they make.
  package func produces(theSameAs other: Recipe, strictly: Bool = false) -> Bool {
    guard instance == other.instance else { return false }
    return StaleReason.differences(from: other, to: self, strictly: strictly).isEmpty
  }
}
