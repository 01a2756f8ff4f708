import Testing

@Suite("Walls of the architecture")
struct ImportWallsTests {
  /// One module on every floor, two where they are kept apart.
  static let house = [
    "Sources/CLibraries/CPNG/CPNG.c": "", "Sources/Base/CSV/CSV.swift": "",
    "Sources/Imaging/PNG/PNG.swift": "", "Sources/Engine/ComputeGraph/Graph.swift": "",
    "Sources/Engine/OneDNNBackend/OneDNN.swift": "",
    "Sources/Engine/BackendChoice/Choice.swift": "",
    "Sources/Pipeline/PipelineContract/Contract.swift": "",
    "Sources/Learning/Training/Trainer.swift": "", "Sources/Stages/Splitting/Split.swift": "",
    "Sources/Stages/Merging/Merge.swift": "", "Sources/Tools/Probes/Probe.swift": "",
  ]

  private func violations(_ path: String, _ line: String) -> [Violation] {
    let files = Self.house.merging([path: "/// A file.\n\(line)\nlet value = 1\n"]) { $1 }
    return ImportWalls.violations(in: SourceTree(files))
  }

  @Test("No file of the repository breaks a wall")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(ImportWalls.homes(of: tree).count > 30, "the repository was not found")
    #expect(tree.children(of: "Sources") == Set(ImportWalls.floors.map(\.name)))
    #expect(ImportWalls.violations(in: tree) == [])
  }

  @Test(
    "A planted import is found on every floor",
    arguments: [
      ("Sources/Base/CSV/New.swift", "import PNG"),
      ("Sources/Base/New/New.swift", "import PipelineContract"),
      ("Sources/Imaging/PNG/New.swift", "import ComputeGraph"),
      ("Sources/Imaging/New/New.swift", "@testable import PipelineContract"),
      ("Sources/Engine/ComputeGraph/New.swift", "import struct PipelineContract.Manifest"),
      ("Sources/Engine/ComputeGraph/New.swift", "public import OneDNNBackend"),
      ("Sources/Pipeline/New/New.swift", "import PNG"),
      ("Sources/Pipeline/New/New.swift", "import Training"),
      ("Sources/Learning/Training/New.swift", "import PipelineContract"),
      ("Sources/Learning/Training/New.swift", "import OneDNNBackend"),
      ("Sources/Learning/Training/New.swift", "import BackendChoice"),
      ("Sources/Learning/Training/New.swift", "  import CPNG"),
      ("Sources/Stages/Splitting/New.swift", "import Merging"),
      ("Sources/Stages/New/New.swift", "import Splitting"),
      ("Sources/Stages/New/New.swift", "import OneDNNBackend"),
      ("Sources/Stages/New/New.swift", "import Probes"),
      ("Sources/Tools/Probes/New.swift", "import CPNG"),
      ("Sources/Tools/Probes/New.swift", "import BackendChoice"),
      ("Sources/Attic/New/New.swift", "import CSV"),
      ("stages/train/IchorTrain.swift", "import CPNG"),
      ("stages/train/IchorTrain.swift", "import OneDNNBackend"),
    ])
  func planted(path: String, line: String) {
    let violations = violations(path, line)
    #expect(violations.count == 1, "\(violations)")
    #expect(violations.first?.place == "\(path):2")
  }

  @Test("A C library behind two modules is found, with both places")
  func twoDoors() {
    let tree = SourceTree(
      Self.house.merging([
        "Sources/Imaging/PNG/PNG.swift": "import CPNG\n",
        "Sources/Imaging/DICOM/DICOM.swift": "import CPNG\n",
      ]) { $1 })
    let violations = ImportWalls.violations(in: tree)
    #expect(
      violations.map(\.place) == [
        "Sources/Imaging/DICOM/DICOM.swift:1, Sources/Imaging/PNG/PNG.swift:1"
      ])
  }

  @Test(
    "An import in its place passes",
    arguments: [
      ("Sources/Imaging/PNG/New.swift", "import CPNG"),
      ("Sources/Pipeline/New/New.swift", "import PipelineContract"),
      ("Sources/Learning/Training/New.swift", "import PNG"),
      ("Sources/Engine/BackendChoice/New.swift", "import OneDNNBackend"),
      ("Sources/Stages/Splitting/New.swift", "import Training"),
      ("Sources/Tools/Probes/New.swift", "import Merging"),
      ("Sources/Tools/ichor-probe/New.swift", "import BackendChoice"),
      ("stages/train/IchorTrain.swift", "import BackendChoice"),
      ("Tests/BackendConformanceTests/ReLUTests.swift", "import OneDNNBackend"),
      ("Sources/Engine/ComputeGraph/New.swift", "// Never import PipelineContract here."),
      ("Sources/Stages/Splitting/New.swift", "import Foundation"),
    ])
  func allowed(path: String, line: String) {
    #expect(violations(path, line) == [])
  }
}
