import CSV
import PipelineContract
import Vocabulary

/// One epoch of `train/MODEL/history.csv`.
///
/// A value is `nil` where it does not exist, such as the AUC of a label that no slice has; it may
/// be infinite or NaN after a training that diverged.
package struct HistoryRow: Sendable, Equatable {
  /// Counted from 1.
  package let epoch: Int
  package let phase: String
  package let learningRate: Double?
  package let trainLoss: Double?
  /// Whether the slices of the validation were trained on in other epochs.
  package let leaky: Bool
  package let validationLoss: Double?
  /// In contract order.
  package let labelLosses: [Double?]
  package let labelAUCs: [Double?]
  package let skill: Double?
  /// Whether its weights were the best so far and replaced those kept before.
  package let kept: Bool

  /// - Precondition: a loss and an AUC for each of the six labels.
  package init(
    epoch: Int, phase: String, learningRate: Double?, trainLoss: Double?, leaky: Bool,
    validationLoss: Double?, labelLosses: [Double?], labelAUCs: [Double?], skill: Double?,
    kept: Bool = false
  ) {
    precondition(
      labelLosses.count == Label.allCases.count && labelAUCs.count == Label.allCases.count,
      "an epoch has a loss and an AUC for each label")
    self.epoch = epoch
    self.phase = phase
    self.learningRate = learningRate
    self.trainLoss = trainLoss
    self.leaky = leaky
    self.validationLoss = validationLoss
    self.labelLosses = labelLosses
    self.labelAUCs = labelAUCs
    self.skill = skill
    self.kept = kept
  }
}

extension HistoryRow: EpochRow {
  private static let heldOut = "held-out"

  package static func header(_: Void) -> [String] { HistoryColumn.all }

  /// - Throws: `IchorError(.badData)` with file and line for a field that is out of its range.
  package init(_ row: CSVRow, _: Void) throws {
    func text(_ name: String) -> String {
      HistoryColumn.all.firstIndex(of: name).map { row[$0] } ?? ""
    }
    func value(_ name: String, _ isPossible: (Double) -> Bool = { _ in true }) throws -> Double? {
      let text = text(name)
      if text.isEmpty { return nil }
      guard let value = Double(text), isPossible(value) else {
        throw row.fault("csv-bad-value", "column “\(name)” holds “\(text)”, which is impossible")
      }
      return value
    }
    func loss(_ name: String) throws -> Double? { try value(name) { $0.isNaN || $0 >= 0 } }
    let validation = text(HistoryColumn.validation)
    guard [Self.heldOut, LeakyStamp.word].contains(validation) else {
      throw row.fault(
        "csv-bad-value",
        "column “\(HistoryColumn.validation)” holds “\(validation)”,"
          + " which is neither \(Self.heldOut) nor \(LeakyStamp.word)")
    }
    guard let kept = ["0": false, "1": true][text(HistoryColumn.kept)] else {
      throw row.fault(
        "csv-bad-value",
        "column “\(HistoryColumn.kept)” holds “\(text(HistoryColumn.kept))”, which is neither 0 nor 1"
      )
    }
    self.init(
      epoch: try row.natural(0, name: HistoryColumn.epoch), phase: text(HistoryColumn.phase),
      learningRate: try value(HistoryColumn.learningRate),
      trainLoss: try loss(HistoryColumn.trainLoss), leaky: validation == LeakyStamp.word,
      validationLoss: try loss(HistoryColumn.validationLoss),
      labelLosses: try Label.allCases.map { try loss(HistoryColumn.loss($0)) },
      labelAUCs: try Label.allCases.map { try value(HistoryColumn.auc($0), \.isShare) },
      skill: try value(HistoryColumn.skill), kept: kept)
  }

  package func fields(_: Void) -> [String] {
    func text(_ value: Double?) -> String { value.map { SignificantDigits.text($0) } ?? "" }
    return [
      String(epoch), phase, text(learningRate), text(trainLoss),
      leaky ? LeakyStamp.word : Self.heldOut, text(validationLoss),
    ] + labelLosses.map(text) + labelAUCs.map(text) + [text(skill), kept ? "1" : "0"]
  }
}
