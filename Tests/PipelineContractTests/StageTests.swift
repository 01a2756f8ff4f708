import Diagnostics
import Foundation
import PipelineContract
import Testing

@Suite struct StageTests {
  @Test func instancesAreParsedAndPrintedAlike() throws {
    for text in ["phantom", "convert/test", "train/resnet50", "predict/my-net_2"] {
      #expect(try StageInstance(parsing: text).description == text)
    }
    #expect(try StageInstance(parsing: "train").instance == nil)
  }

  @Test(arguments: [
    ("trian", "stage-unknown"), ("", "stage-unknown"), ("/x", "stage-unknown"),
    ("train/", "instance-name"), ("train/../x", "instance-name"), ("train/.x", "instance-name"),
    ("train/a/b", "instance-name"), ("train/-x", "instance-name"), ("train/_x", "instance-name"),
    ("merge/all", "instance-unexpected"),
  ])
  func whatIsNoInstanceIsAUsageError(text: String, code: String) {
    let error = #expect(throws: IchorError.self) { try StageInstance(parsing: text) }
    #expect(error?.kind == .usage)
    #expect(error?.code == code)
  }

  @Test func unknownStagesAreAnsweredNearestFirst() {
    let error = #expect(throws: IchorError.self) { try StageInstance(parsing: "trian") }
    #expect(error?.remedy.hasPrefix("Use one of train") == true)
  }

  @Test func instancesSortByTheFlowOfData() {
    let instances = [
      StageInstance(.merge), StageInstance(.train, "b"), StageInstance(.phantom),
      StageInstance(.train, "a"), StageInstance(.convert, .test),
    ]
    #expect(
      instances.sorted().map(\.description) == [
        "phantom", "convert/test", "train/a", "train/b", "merge",
      ])
  }

  /// The names are those of the contract's table of artifacts.
  @Test func layoutPutsStagingBesideTheArtifact() {
    let layout = ArtifactLayout(root: URL(fileURLWithPath: "/data/artifacts"))
    let train = StageInstance(.train, "resnet50")
    #expect(layout.directory(train).path == "/data/artifacts/train/resnet50")
    #expect(layout.staging(train).path == "/data/artifacts/train/.resnet50.partial")
    #expect(layout.staging(StageInstance(.merge)).path == "/data/artifacts/.merge.partial")
    #expect(layout.lock(train).path == "/data/artifacts/.locks/train-resnet50.lock")
    #expect(ArtifactLayout.Convert.shard(size: 224, number: 7) == "224/shard-00007.tar")
    #expect(ArtifactLayout.Convert.shard(size: 112, number: 123_456) == "112/shard-123456.tar")
  }

  /// Numbers of the contract, which are those of sysexits.h.
  @Test func exitStatusesAreSysexits() {
    let expected: [IchorError.Kind: Int32] = [
      .usage: 64, .badData: 65, .inputMissing: 66, .internalFault: 70, .cannotCreate: 73,
      .inputOutput: 74, .busy: 75, .configuration: 78,
    ]
    for kind in IchorError.Kind.allCases { #expect(ExitStatus(kind).rawValue == expected[kind]) }
    #expect(ExitStatus(signal: 2).rawValue == 130)
    #expect(ExitStatus(signal: 15).rawValue == 143)
  }

  /// Worked by hand; “kitten” to “sitting” is Levenshtein's textbook example.
  @Test func nearestNamesAreFoundByEdits() {
    #expect(NearestName.distance("kitten", "sitting") == 3)
    #expect(NearestName.distance("", "abc") == 3)
    #expect(NearestName.nearest(to: "epoch", in: ["batch", "epochs"]) == "epochs")
    #expect(NearestName.nearest(to: "zzzzzz", in: ["batch", "epochs"]) == nil)
  }
}
