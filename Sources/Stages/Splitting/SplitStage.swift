import ArtifactTables
import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import PipelineContract
import Vocabulary

/// The split stage: labels the converted slices and deals their patients into folds.
package enum SplitStage {
  /// Writes `slices.csv`, `summary.json` and `leakage.json`.
  ///
  /// - Parameters:
  ///   - convertDirectory: the artifact `convert/train`.
  ///   - labels: a label CSV, in RSNA's format or one row an image.
  ///   - unlabelled: what becomes of slices that it does not have.
  ///   - staging: an existing folder.
  /// - Throws: `IchorError(.badData)` for labels that don't fit the slices or each other,
  ///   `.configuration` where there are fewer patients than folds, `.internalFault` where the folds
  ///   leak, `.inputMissing` without a file, `.cannotCreate` or `.inputOutput` where one can't be
  ///   written; `CancelledBySignal`.
  @discardableResult
  package static func split(
    convertDirectory: URL, labels: URL, parameters: SplitParameters,
    unlabelled: LabelParameters.Unlabelled = .error, into staging: URL, context: JobContext
  ) throws -> SplitSummary {
    try check(parameters)
    let faults = staging.appendingPathComponent(ArtifactLayout.Split.faults)
    try FolderRemoval.remove(faults)
    let table = try LabelTable(file: labels, faults: faults, cancellation: context.cancellation)
    let converted = try SliceTable(artifact: convertDirectory)
    let missing = UnlabelledSlices(converted.rows, table)
    try missing.check(unlabelled, labels: labels, table: faults, context: context)
    let labelled = converted.rows.enumerated().compactMap { number, slice in
      table.labels(of: slice.id).map { (number: number, slice: slice, labels: $0) }
    }
    let slices = labelled.map(\.slice)
    let rows = labelled.map(\.labels)
    let pixels = try SharedPictures.without(
      parameters.ignorePictures, of: converted,
      hashes: PixelHash.hashes(of: converted, artifact: convertDirectory, context: context))
    let identities = labelled.map { number, slice, _ in
      SliceProvenance(
        patient: parameters.group == .study ? "" : slice.patient, study: slice.study,
        file: slice.sha256, pixels: pixels[number])
    }

    if parameters.group == .study {
      context.logger.notice(
        "folds are made of studies: a patient with several may be in two folds",
        metadata: [
          "studies": "\(Set(slices.map(\.study)).count)",
          "patientIDs": "\(Set(slices.map(\.patient)).count)",
        ])
    }
    let groups = PatientGroups(identities)
    guard groups.groupCount >= parameters.folds else {
      throw TooFewGroups(groups, slices: slices, identities: identities, parameters).error
    }
    let loads = loads(of: groups, identities: identities, labels: rows)
    let assigned = StratifiedFolds(
      groups: loads, folds: parameters.folds, seed: UInt64(bitPattern: Int64(parameters.seed)))
    let folds = groups.groupOfSlice.map { assigned.foldOfGroup[$0] }
    let leakage = LeakageReport(
      slices: identities, folds: folds, tiedPatients: groups.ties)
    try leakage.requirePassed()

    let split = SplitTable(
      rows: slices.indices.map { index in
        SplitTable.Row(
          id: slices[index].id, patient: identities[index].patientOrStudy,
          study: slices[index].study, fold: folds[index], labels: rows[index])
      })
    let summary = SplitSummary(
      split, parameters: parameters, labels: table,
      excluded: try excludedFiles(convertDirectory))
    try split.write(to: staging.appendingPathComponent(ArtifactLayout.Split.slices))
    try summary.write(to: staging.appendingPathComponent(ArtifactLayout.Split.summary))
    try leakage.write(to: staging.appendingPathComponent(ArtifactLayout.Split.leakage))
    report(summary, leakage, context)
    return summary
  }

  private static func check(_ parameters: SplitParameters) throws {
    guard parameters.folds >= 2 else {
      throw IchorError(
        .configuration, code: "split-folds",
        "\(parameters.folds) folds leave nothing to train on or nothing to validate with",
        remedy: "Set split.folds to 2 or more.", at: "split.folds")
    }
    guard (0..<parameters.folds).contains(parameters.fold) else {
      throw IchorError(
        .configuration, code: "split-fold",
        "fold \(parameters.fold) does not exist among \(parameters.folds) folds",
        remedy: "Set split.fold to 0 to \(parameters.folds - 1).", at: "split.fold")
    }
  }

  /// Quirk code to the number of files that were left out.
  private static func excludedFiles(_ artifact: URL) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for quirk in try QuirkTable.read(artifact: artifact) where quirk.action == .excluded {
      counts[quirk.code.rawValue, default: 0] += 1
    }
    return counts
  }

  private static func loads(
    of groups: PatientGroups, identities: [SliceProvenance], labels: [[UInt8]]
  ) -> [StratifiedFolds.Load] {
    let labelCount = Label.allCases.count
    var loads = Array(
      repeating: StratifiedFolds.Load(labelCount: labelCount), count: groups.groupCount)
    var patients: Set<String> = []
    var positive = Array(repeating: Set<String>(), count: labelCount)
    for (index, identity) in identities.enumerated() {
      let group = groups.groupOfSlice[index]
      let patient = identity.patientOrStudy
      loads[group].slices += 1
      if patients.insert(patient).inserted { loads[group].patients += 1 }
      for label in 0..<labelCount where labels[index][label] != 0 {
        loads[group].positiveSlices[label] += 1
        if positive[label].insert(patient).inserted { loads[group].positivePatients[label] += 1 }
      }
    }
    return loads
  }

  private static func report(
    _ summary: SplitSummary, _ leakage: LeakageReport, _ context: JobContext
  ) {
    if summary.labelFile.duplicateRows > 0 {
      context.logger.notice(
        "identical duplicate label rows, each taken once",
        metadata: ["rows": "\(summary.labelFile.duplicateRows)"])
    }
    if leakage.tiedPatients > 0 {
      context.logger.notice(
        "patients share a study or an image and were put into one fold",
        metadata: ["ties": "\(leakage.tiedPatients)"])
    }
    let heldOut = summary.folds[summary.heldOutFold]
    for label in Label.allCases where heldOut.positiveSlices[label.rawValue] == 0 {
      context.logger.warning(
        "the held-out fold has no positive slice; this label gets no AUC",
        metadata: ["label": "\(label.rawValue)"])
    }
    context.progress.report(
      completed: summary.total.slices, total: summary.total.slices, unit: "slices",
      detail: "\(summary.folds.count) folds")
  }
}
