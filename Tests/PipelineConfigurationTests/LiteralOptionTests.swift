import Diagnostics
import Foundation
import Testing

@testable import PipelineConfiguration

/// `--set KEY=VALUE`, whose value is a literal where the key is a path and one value elsewhere.
@Suite struct LiteralOptionTests {
  private func parse(_ options: String...) throws -> Configuration {
    try Configuration.parse(
      "train: {a: {model: resnet18, size: 112, batch: 4, epochs: 1}}", name: "p.yaml",
      folder: URL(filePath: "/nowhere"), overrides: options)
  }

  private static let names = [
    "CT Head #2", "#1", "a: b", "\"quoted\"", "it's", "*anchor", "&x", "!tag", " leading",
    "trailing ", "[a, b]", "{a: b}", "- a", "2019", "true", "1e3", "%41", "a=b", "Schädel", "? x",
    "@at", "`tick`", "|", ">", "a\tb", "a\nb", "NULL", "x # y: [",
  ]

  /// Every key that is a path, by what a parsed configuration makes of it.
  @Test(arguments: names) func pathsStandAsTheyAre(_ name: String) throws {
    let path = "/data/\(name)"
    let configuration = try parse(
      "data.train.dicom=\(path)", "data.train.labels=\(path)", "data.test.dicom=\(path)",
      "data.test.submission=\(path)", "train.a.weights=\(path)",
      "convert.pseudonymize.key_file=\(path)")
    #expect(configuration.data.train.dicom == path)
    #expect(configuration.data.train.labels == path)
    #expect(configuration.data.test.dicom == path)
    #expect(configuration.data.test.submission == path)
    #expect(configuration.train["a"]?.weights == path)
    #expect(configuration.convert.pseudonymize?.keyFile == path)
  }

  @Test(arguments: names) func relativePathsStartFromTheFolderOneIsIn(_ name: String) throws {
    let folder = FileManager.default.currentDirectoryPath
    let configuration = try parse("data.test.dicom=\(name)")
    #expect(configuration.data.test.dicom == URL(filePath: folder).path + "/\(name)")
  }

  @Test func nullIsNoPathAndNothingIsNone() throws {
    let configuration = try parse("data.test.dicom=/a", "data.test.dicom=null")
    #expect(configuration.data.test.dicom == nil)
    #expect(try parse("data.test.dicom=./null").data.test.dicom?.hasSuffix("/null") == true)
    let error = #expect(throws: IchorError.self) { try parse("data.test.dicom=") }
    #expect(error?.code == "type-wrong")
  }

  /// YAML would take what stands before ` #` and drop the rest.
  @Test(arguments: [
    ("split.seed=3 # the third", "type-wrong"), ("train.a.epochs=4 #", "type-wrong"),
    ("compute.backend=onednn # fast", "value-unknown"), ("convert.sizes=[224] # one", "type-wrong"),
    ("train.a.sampler={kind: weighted} # or not", "type-wrong"),
    ("split.seed=3\n---\n4", "yaml-malformed"),
    ("train.stop_after=8h # or 9h", "type-wrong"), ("split.seed=*x", "yaml-malformed"),
    ("split.redraw_each_epoch=true #", "type-wrong"), ("convert.expect={a: 1} #", "type-wrong"),
    ("split.seed=# 3", "type-wrong"), ("data.test={dicom: /a #2}", "type-wrong"),
  ])
  func whatIsLeftOverIsAnError(_ option: String, _ code: String) throws {
    let error = #expect(throws: IchorError.self) { try parse(option) }
    #expect(error?.code == code, "\(error.map { "\($0)" } ?? "")")
    #expect(error?.location?.hasPrefix("--set \(option)") == true)
  }

  @Test func quotesHoldWhatLooksLikeAComment() throws {
    let configuration = try parse("data.test={dicom: \"/a #2\"}", "train.a.freeze=['a #b', c#d]")
    #expect(configuration.data.test.dicom == "/a #2")
    #expect(configuration.train["a"]?.freeze == ["a #b", "c#d"])
  }
}
