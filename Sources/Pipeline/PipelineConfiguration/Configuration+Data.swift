import ContentHashing
import Foundation
import PipelineContract

/// Where a stage finds the collections, whether real or the phantom's.
extension Configuration {
  /// The folder that is searched for the collection's DICOM files.
  package func dicomFolder(_ collection: SliceCollection, in layout: ArtifactLayout) -> URL {
    switch collection {
    case .train: file(data.train.dicom, or: ArtifactLayout.Phantom.trainDICOM, in: layout)
    case .test: file(data.test.dicom, or: ArtifactLayout.Phantom.testDICOM, in: layout)
    }
  }

  /// The label CSV of the train collection.
  package func labelsFile(in layout: ArtifactLayout) -> URL {
    file(data.train.labels, or: ArtifactLayout.Phantom.trainLabels, in: layout)
  }

  /// The sample submission of the test collection; `nil` where none was given.
  package func submissionFile(in layout: ArtifactLayout) -> URL? {
    if !isSynthetic(.test), data.test.submission == nil { return nil }
    return file(data.test.submission, or: ArtifactLayout.Phantom.sampleSubmission, in: layout)
  }

  /// What stands for identifiers in everything that is made from the collections.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where the key file can't be opened, `.configuration`
  ///   where it breaks a rule.
  package func pseudonyms(in layout: ArtifactLayout) throws -> Pseudonyms {
    guard let pseudonymize = convert.pseudonymize else { return .none }
    return try Pseudonyms(
      keyFile: URL(fileURLWithPath: pseudonymize.keyFile), artifacts: layout.root,
      at: Self.keyFile)
  }

  private func file(_ path: String?, or name: String, in layout: ArtifactLayout) -> URL {
    path.map { URL(fileURLWithPath: $0) } ?? layout.file(name, of: StageInstance(.phantom))
  }
}
