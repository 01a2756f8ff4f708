import Foundation
import PipelineContract
import Testing

@testable import PipelineDriver

/// What scripts read.
@Suite struct OutputShapeTests {
  private let fake: FakePipeline

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
  }

  private func element(_ json: JSONValue, _ index: Int) throws -> [String: JSONValue] {
    guard case .object(let top) = json, case .array(let all)? = top["instances"],
      all.count == 10, case .object(let element) = all[index]
    else { throw CocoaError(.coderReadCorrupt) }
    #expect(top.count == 1)
    return element
  }

  @Test func statusJSON() throws {
    let missing = try element(StalenessCheck(fake.pipeline()).statuses().json, 4)
    #expect(missing["stage"] == .string("train"))
    #expect(missing["instance"] == .string("a"))
    #expect(missing["status"] == .string("missing"))
    #expect(missing["reasons"] == .array([.string("there is no artifact yet")]))
    #expect(missing["bytes"] == .null)
    _ = try fake.run()
    let json = try StalenessCheck(fake.pipeline()).statuses().json
    let fresh = try element(json, 0)
    #expect(fresh["instance"] == .null)
    #expect(fresh["status"] == .string("fresh"))
    #expect(fresh["reasons"] == .array([]))
    #expect(fresh["files"] == .integer(1))
    #expect(try json.line.hasPrefix(#"{"instances":[{"bytes":"#))
  }

  @Test func planJSON() throws {
    let missing = try element(RunPlan(fake.pipeline()).json, 0)
    #expect(missing["action"] == .string("run"))
    // Six patients; how fast they are made was not measured.
    #expect(missing["items"] == .integer(179))
    #expect(missing["seconds"] == .null)
    #expect(missing["bytes"] == .integer(93_925_786))
    _ = try fake.run()
    let plan = try RunPlan(fake.pipeline(set: ["phantom.train_patients=10"]))
    let phantom = try element(plan.json, 0)
    #expect(phantom["action"] == .string("run"))
    #expect(phantom["reasons"] == .array([.string("phantom.train_patients: 4 -> 10")]))
    // 6 patients made 30 items; 12 make 60.
    #expect(phantom["items"] == .integer(60))
    guard case .number(let seconds)? = phantom["seconds"] else {
      Issue.record("no seconds")
      return
    }
    #expect(seconds > 0)
    let fresh = try element(RunPlan(fake.pipeline()).json, 9)
    #expect(fresh["action"] == .string("skip"))
    #expect(fresh["status"] == .string("fresh"))
  }

  @Test func graphs() throws {
    let graph = try fake.pipeline().graph
    let dot = graph.drawn(as: .dot)
    #expect(dot.hasPrefix("digraph ichor {") && dot.hasSuffix("}"))
    #expect(dot.contains("\"train/a\" -> \"predict/a\";"))
    #expect(!dot.contains("\"train/a\" -> \"predict/b\";"))
    let mermaid = graph.drawn(as: .mermaid)
    #expect(mermaid.hasPrefix("flowchart LR\n  n0[\"phantom\"]"))
    // phantom is the first, convert/train the second.
    #expect(mermaid.contains("  n0 --> n1\n"))
  }
}
