import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract
import Testing

/// How many replaced artifacts are kept.
@Suite struct KeepParametersTests {
  private func keep(_ yaml: String, set overrides: [String] = []) throws -> [Int] {
    let text = "train: {resnet18: {size: 112, batch: 2, epochs: 1}}\n\(yaml)\n"
    let configuration = try Configuration.parse(
      text, name: "p.yaml", folder: URL(fileURLWithPath: "/"), overrides: overrides)
    return Stage.allCases.map { configuration.keep[$0] }
  }

  @Test func oneNumberForAllOrOneForEach() throws {
    #expect(try keep("") == [0, 0, 1, 3, 1, 1, 1])
    #expect(try keep("keep: 2") == [2, 2, 2, 2, 2, 2, 2])
    #expect(try keep("keep: {train: 5}") == [0, 0, 1, 5, 1, 1, 1])
    #expect(try keep("keep: {train: 5}", set: ["keep.convert=1"]) == [0, 1, 1, 5, 1, 1, 1])
    #expect(try keep("keep: {train: 5}", set: ["keep=0"]) == [0, 0, 0, 0, 0, 0, 0])
  }

  @Test(arguments: [
    ("keep: -1", "0 to 1000"), ("keep: {train: many}", "whole number"), ("keep: [1]", "mapping"),
    ("keep: {trian: 1}", "train"), ("keep: 1.5", "mapping"),
  ])
  func anythingElseIsRefused(yaml: String, hint: String) {
    let error = #expect(throws: IchorError.self) { try keep(yaml) }
    #expect(error?.kind == .configuration)
    let sentences = "\(error?.message ?? "") \(error?.remedy ?? "")"
    #expect(sentences.contains(hint), "\(yaml): \(sentences)")
  }
}
