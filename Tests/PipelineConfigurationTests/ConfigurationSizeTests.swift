import Diagnostics
import Foundation
import PipelineConfiguration
import Testing

/// What a configuration may cost before it is refused.
@Suite struct ConfigurationSizeTests {
  private func fault(_ yaml: String) -> IchorError? { ConfigurationErrorTests.fault(yaml) }

  /// Anchors `a0`…`aN`, each a list of ten aliases of the one before.
  private func bomb(_ levels: Int, separator: String) -> String {
    let lines = (1...levels).map { level in
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
      return "b\(level): &a\(level) [\(aliases)]"
    }
    return (["a: &a0 [1,1,1,1,1,1,1,1,1,1]"] + lines).joined(separator: separator)
  }

  /// The YAML library walks a key with its aliases written out: these took minutes.
  @Test func keysMayNotGrow() {
    let block = bomb(9, separator: "\n")
    let keys = ["? *a9\n: 1", "*a9 : 1", "x: {*a9 : 1}", "x: {[*a9, *a9]: 1}", "x: {*a9, *a8}"]
    for key in keys {
      let error = fault("\(block)\n\(key)\n")
      #expect(error?.code == "yaml-too-large" && error?.kind == .configuration, "\(key)")
      #expect(error?.location?.hasPrefix("p.yaml:") == true)
    }
    #expect(fault("{\(bomb(9, separator: ", ")), ? *a9 : 1}")?.code == "yaml-too-large")
    #expect(fault("{\n\(bomb(9, separator: ",\n")),\n? *a9 : 1\n}")?.code == "yaml-too-large")
    let spread = bomb(9, separator: ",\n").replacing("[", with: "[\nx,\n")
    #expect(fault("{\n\(spread),\n? *a9 : 1\n}")?.code == "yaml-too-large")
    let quoted = bomb(9, separator: ", ").replacing("[", with: "[\"]\", ']', ")
    #expect(fault("{\(quoted), ? *a9 : 1}")?.code == "yaml-too-large")
    let items = bomb(9, separator: "\n").replacing("a: ", with: "- ").replacing(
      #/b\d: /#, with: "- ")
    #expect(fault("\(items)\n- ? *a9\n  : 1\n")?.code == "yaml-too-large")
    let nested = (0...30).map { "\(String(repeating: " ", count: $0))k\($0): &n\($0)" }
    let uses = (0...30).reversed().map {
      "\(String(repeating: " ", count: $0 + 1))z: {? [*n\($0 + 1), *n\($0 + 1)] : 1}"
    }
    #expect(fault((nested + uses).joined(separator: "\n"))?.kind == .configuration)
  }

  @Test func usualAliasesStand() throws {
    let networks = (1...40).map {
      "  n\($0): {model: resnet18, size: 112, batch: 1, epochs: 1, augment: *strong}"
    }
    let yaml = """
      # *strong* is used below; & and * stand alone, "&x *x".
      data: {train: {dicom: "/a/*x", labels: &labels l.csv}}
      train:
        first:
          model: resnet18
          size: 112
          batch: 1
          epochs: 1
          augment: &strong
            noise: 0.5
            rotation: &range
            - -5
            - 5
        second: {model: resnet18, size: 112, batch: 1, epochs: 1, augment: {shear: *range}}

      """
    let configuration = try Configuration.parse(
      yaml + networks.joined(separator: "\n"), name: "p.yaml", folder: URL(filePath: "/etc"))
    #expect(configuration.train["n40"]?.augment == configuration.train["first"]?.augment)
    #expect(configuration.trainOrder.count == 42)
  }

  @Test func onlyOneMebibyteIsRead() throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "ichor-configuration-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    func failure(_ data: Data) throws -> IchorError? {
      try data.write(to: file)
      return #expect(throws: IchorError.self) { try Configuration.load(file: file) }
    }
    let line = Data("# a comment of thirty-two bytes\n".utf8)
    let long = try failure(Data(repeatElement(line, count: (1 << 15) + 1).joined()))
    #expect(long?.code == "yaml-too-large" && long?.kind == .configuration)
    #expect(long?.location == file.path)
    let full = try failure(Data(repeatElement(line, count: 1 << 15).joined()))
    #expect(full?.code == "train-empty")
    #expect(try failure(Data([0x61, 0xFF]))?.code == "configuration-not-utf8")
    let endless = #expect(throws: IchorError.self) {
      try Configuration.load(file: URL(filePath: "/dev/zero"))
    }
    #expect(endless?.code == "yaml-too-large")
    let folder = #expect(throws: IchorError.self) {
      try Configuration.load(file: FileManager.default.temporaryDirectory)
    }
    #expect(folder?.kind == .inputMissing && folder?.cause == "read: Is a directory")
  }
}
