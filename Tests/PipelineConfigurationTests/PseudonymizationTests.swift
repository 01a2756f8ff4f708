import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract
import Testing

@Suite struct PseudonymizationTests {
  private func parse(_ convert: String, set overrides: [String] = []) throws
    -> Configuration
  {
    try Configuration.parse(
      "convert: \(convert)\ntrain: {a: {model: dpn92, size: 112, batch: 2, epochs: 3}}",
      name: "p.yaml", folder: URL(fileURLWithPath: "/etc/ichor"), overrides: overrides)
  }

  @Test func theKeyFileIsAnInputAndNoParameter() throws {
    let convert = StageInstance(.convert, .train)
    let plain = try parse("{pseudonymize: null}")
    #expect(plain.convert.pseudonymize == nil)
    #expect(!plain.inputs(of: convert).contains { $0.name.hasPrefix("convert.pseudonymize") })
    let keyed = try parse("{pseudonymize: {key_file: key}}")
    #expect(keyed.convert.pseudonymize?.keyFile == "/etc/ichor/key")
    for collection in SliceCollection.allCases {
      #expect(
        keyed.inputs(of: StageInstance(.convert, collection)).contains(
          .outside(
            key: "convert.pseudonymize.key_file", path: URL(fileURLWithPath: "/etc/ichor/key"))))
    }
    #expect(!keyed.inputs(of: StageInstance(.split)).contains { $0.name.contains("key_file") })
    // The path does not matter: what it leads to does.
    #expect(try keyed.parameters(for: convert) == plain.parameters(for: convert))
  }

  @Test func itCanBeSetAndUnset() throws {
    let set = try parse(
      "{pseudonymize: null}", set: ["convert.pseudonymize.key_file=/run/secrets/key"])
    #expect(set.convert.pseudonymize?.keyFile == "/run/secrets/key")
    let unset = try parse("{pseudonymize: {key_file: k}}", set: ["convert.pseudonymize=null"])
    #expect(unset.convert.pseudonymize == nil)
    #expect(throws: IchorError.self) { try parse("{pseudonymize: true}") }
    #expect(throws: IchorError.self) { try parse("{pseudonymize: {key: k}}") }
  }
}
