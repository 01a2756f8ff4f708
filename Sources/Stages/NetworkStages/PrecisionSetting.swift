import ComputeGraph
import Diagnostics
import Training
import Vocabulary

/// Which number format a stage computes in: the one that its work was begun with or that the
/// configuration fixes, else the faster one.
package struct PrecisionSetting {
  private let settled: Precision?
  private let chooser: PrecisionChooser
  private let record: (Precision) throws -> Void

  /// - Parameters:
  ///   - settled: `nil` where it is to be chosen.
  ///   - record: keeps the choice for whoever goes on with the work; called before any work.
  package init(
    _ settled: Precision?, chooser: PrecisionChooser,
    record: @escaping (Precision) throws -> Void
  ) {
    self.settled = settled
    self.chooser = chooser
    self.record = record
  }

  /// - Throws: what the chooser and `record` throw.
  func resolve(
    for graph: Graph, of model: Architecture, _ task: SyntheticSteps.Task, batch: Int,
    on backend: any Backend, _ context: JobContext
  ) throws -> Precision {
    if let settled {
      if backend.supports(settled) { return settled }
      context.logger.warning(
        "\(backend.name) has no fast \(settled.rawValue) on this machine: f32 it is")
      return .f32
    }
    let choice = try chooser.choose(
      for: graph, of: model, task, batch: batch, checkpoint: context.cancellation.checkpoint)
    if let reason = choice.reason { context.logger.notice("\(reason)") }
    try record(choice.precision)
    return choice.precision
  }
}
