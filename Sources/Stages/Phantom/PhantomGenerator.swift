import Diagnostics
import Dispatch
import Foundation
import PipelineConfiguration
import PipelineContract
import Synchronization
import Vocabulary

/// Makes the embedded default data: synthetic head CT as DICOM files, with labels.
package enum PhantomGenerator {
  /// What was made.
  package struct Summary: Sendable, Equatable {
    package var patients = 0
    package var slices = 0
    /// Slices that show each label, per collection.
    package var trainPositives: [Label: Int] = [:]
    package var testPositives: [Label: Int] = [:]
  }

  /// Writes both collections and their label files into a folder; the same seed gives the same
  /// bytes, whatever the number of threads.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where a file can't be written;
  ///   `CancelledBySignal`.
  package static func generate(
    _ parameters: PhantomParameters, into folder: URL, context: JobContext
  ) throws -> Summary {
    try generate(parameters, into: folder, context: context, resolution: PhantomResolution())
  }

  static func generate(
    _ parameters: PhantomParameters, into folder: URL, context: JobContext,
    resolution: PhantomResolution
  ) throws -> Summary {
    let seed = UInt64(bitPattern: Int64(parameters.seed))
    let train = folder.appendingPathComponent(ArtifactLayout.Phantom.trainDICOM, isDirectory: true)
    let test = folder.appendingPathComponent(ArtifactLayout.Phantom.testDICOM, isDirectory: true)
    let identifiers = PseudonymousIdentifiers(seed: seed)
    func series(_ patients: Int, from first: Int, into folder: URL) -> [PhantomSeries] {
      PatientRoster(
        seed: seed, patients: patients, firstNumber: first,
        bleedingFraction: parameters.bleedingFraction
      ).entries.map {
        PhantomSeries(
          entry: $0, seed: seed, identifiers: identifiers, resolution: resolution, folder: folder)
      }
    }
    let trainSeries = series(parameters.trainPatients, from: 0, into: train)
    let testSeries = series(
      parameters.testPatients, from: PatientRoster.firstTestPatient, into: test)
    for folder in [train, test] { try createFolder(folder) }

    let all = trainSeries + testSeries
    let labelled = try write(all, resolution: resolution, context: context)
    let trainSlices = labelled.prefix(trainSeries.count).flatMap { $0 }
    let testSlices = labelled.dropFirst(trainSeries.count).flatMap { $0 }
    try LabelTables.writeTrainLabels(
      trainSlices, seed: seed,
      to: folder.appendingPathComponent(ArtifactLayout.Phantom.trainLabels))
    try LabelTables.writeSampleSubmission(
      testSlices, to: folder.appendingPathComponent(ArtifactLayout.Phantom.sampleSubmission))
    try PhantomSeries.write(
      Data(LabelTables.truth(testSlices).utf8),
      to: folder.appendingPathComponent(ArtifactLayout.Phantom.testTruth))
    func positives(_ slices: [LabelledSlice]) -> [Label: Int] {
      Dictionary(
        uniqueKeysWithValues: Label.allCases.map { label in
          (label, slices.filter { $0.has(label) }.count)
        })
    }
    return Summary(
      patients: all.count, slices: trainSlices.count + testSlices.count,
      trainPositives: positives(trainSlices), testPositives: positives(testSlices))
  }

  /// Renders and writes every slice of every series on the context's threads.
  private static func write(
    _ all: [PhantomSeries], resolution: PhantomResolution, context: JobContext
  ) throws -> [[LabelledSlice]] {
    let jobs = all.enumerated().flatMap { place, series in
      (0..<series.patient.geometry.slices).map { (series: place, slice: $0) }
    }
    let next = Atomic<Int>(0)
    let finished = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
    let results = Mutex<[LabelledSlice?]>(Array(repeating: nil, count: jobs.count))
    let total = jobs.count
    DispatchQueue.concurrentPerform(iterations: max(1, min(context.threads, total))) { _ in
      let renderer = SliceRenderer(resolution)
      while failure.withLock({ $0 == nil }) {
        let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard job < total else { return }
        do {
          try context.cancellation.checkpoint()
          let labelled = try all[jobs[job].series].write(slice: jobs[job].slice, with: renderer)
          results.withLock { $0[job] = labelled }
          let count = finished.wrappingAdd(1, ordering: .relaxed).newValue
          context.progress.report(completed: count, total: total, unit: "slices", detail: "")
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    var sorted: [[LabelledSlice]] = Array(repeating: [], count: all.count)
    for (job, labelled) in zip(jobs, results.withLock { $0 }) {
      if let labelled { sorted[job.series].append(labelled) }
    }
    return sorted
  }

  private static func createFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "phantom-folder",
        "The folder \(folder.path) can't be created",
        remedy: "Check its permissions and the free space.", at: folder.path, cause: error)
    }
  }
}
