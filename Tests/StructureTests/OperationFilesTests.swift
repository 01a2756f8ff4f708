import Testing

@Suite("Files of operations")
struct OperationFilesTests {
  static let planted = [
    "Sources/Engine/ComputeGraph/Operation.swift":
      "enum Operation {\n  /// `dst = max(src, 0)`\n  case rectifier\n  case channelSlice(ChannelSlice)\n}\n",
    "Sources/Engine/ComputeGraph/Operations/Rectifier.swift":
      "/// - Shape: kept.\n/// - Saved: `dst`.\n/// - Gradient: masked.\n",
    "Sources/Engine/ComputeGraph/Operations/ChannelSlice.swift":
      "/// - Shape: fewer.\n/// - Saved: nothing.\n/// - Gradient: a part.\n",
    "Sources/Engine/MetalBackend/Operations/Rectifier.swift": "",
    "Sources/Engine/MetalBackend/Operations/ChannelSlice.swift": "",
    "Tests/BackendConformanceTests/RectifierTests.swift": "",
    "Tests/BackendConformanceTests/ChannelSliceTests.swift": "",
    "Tests/BackendConformanceTests/DeterminismTests.swift": "",
  ]

  @Test("Each operation has its files, and no file of theirs is anything else")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(OperationFiles.operations(in: tree).count >= 9)
    #expect(OperationFiles.backends(in: tree).count >= 2)
    #expect(OperationFiles.violations(in: tree) == [])
  }

  @Test("The operations are the cases of the enum")
  func operations() {
    let tree = SourceTree(Self.planted)
    #expect(OperationFiles.operations(in: tree) == ["Rectifier", "ChannelSlice"])
    #expect(OperationFiles.violations(in: tree) == [])
  }

  @Test(
    "A missing file is found",
    arguments: planted.keys.filter { $0.contains("Rectifier") || $0.contains("ChannelSlice") })
  func missing(path: String) {
    let tree = SourceTree(Self.planted.filter { $0.key != path })
    #expect(
      OperationFiles.violations(in: tree) == [Violation(place: path, sentence: "is missing")])
  }

  @Test(
    "A file of no operation and one without its rules are found",
    arguments: [
      ("Sources/Engine/MetalBackend/Operations/Kernels.swift", "", "is no operation"),
      (
        "Sources/Engine/ComputeGraph/Operations/Rectifier.swift",
        "/// - Shape: kept.\n/// - Saved: `dst`.\n", "does not say “- Gradient:”"
      ),
    ])
  func wrong(path: String, text: String, sentence: String) {
    let tree = SourceTree(Self.planted.merging([path: text]) { $1 })
    #expect(OperationFiles.violations(in: tree) == [Violation(place: path, sentence: sentence)])
  }
}
