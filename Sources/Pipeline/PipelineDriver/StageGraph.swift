import Diagnostics
import PipelineConfiguration
import PipelineContract

/// Which instance reads which, in dependency order.
package struct StageGraph: Sendable {
  package let instances: [StageInstance]
  private let upstream: [StageInstance: [StageInstance]]

  package init(_ configuration: Configuration) {
    instances = configuration.instances
    upstream = Dictionary(
      uniqueKeysWithValues: instances.map { ($0, configuration.dependencies(of: $0)) })
  }

  /// The instances that it reads directly.
  package func dependencies(of instance: StageInstance) -> [StageInstance] {
    var seen: Set<StageInstance> = []
    return (upstream[instance] ?? []).filter { seen.insert($0).inserted }
  }

  /// Everything that the instances depend on.
  package func ancestors(of named: Set<StageInstance>) -> Set<StageInstance> {
    var found: Set<StageInstance> = []
    for instance in instances.reversed() where named.contains(instance) || found.contains(instance)
    {
      found.formUnion(dependencies(of: instance))
    }
    return found
  }

  /// Everything that depends on the instances.
  package func descendants(of named: Set<StageInstance>) -> Set<StageInstance> {
    var found: Set<StageInstance> = []
    for instance in instances
    where dependencies(of: instance).contains(where: { named.contains($0) || found.contains($0) }) {
      found.insert(instance)
    }
    return found
  }

  /// The instances that `STAGE` or `STAGE/INSTANCE` names; all of them where nothing is named.
  ///
  /// - Throws: `IchorError(.usage)` with the valid names, nearest first, for an unknown one.
  package func named(by texts: [String]) throws -> Set<StageInstance> {
    if texts.isEmpty { return Set(instances) }
    var found: Set<StageInstance> = []
    for text in texts {
      guard StageInstance.stage(namedIn: text) != nil else { throw unknown(text) }
      let wanted = try StageInstance(parsing: text)
      let matching = instances.filter {
        $0 == wanted || (wanted.instance == nil && $0.stage == wanted.stage)
      }
      if matching.isEmpty { throw unknown(text) }
      found.formUnion(matching)
    }
    return found
  }

  private func unknown(_ text: String) -> IchorError {
    let stages = Stage.allCases.filter { $0.hasInstances }.map(\.rawValue)
    let names = NearestName.sorted(instances.map(\.description) + stages, by: text)
    return IchorError(
      .usage, code: "instance-unknown", "“\(text)” is neither a stage nor an instance here",
      remedy: "Use one of \(names.joined(separator: ", ")).")
  }
}
