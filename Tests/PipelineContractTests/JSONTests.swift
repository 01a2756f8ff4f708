import Foundation
import PipelineContract
import Testing

@Suite struct JSONTests {
  @Test func canonicalJSONIsSortedAndPlain() throws {
    let value = JSONValue.object([
      "b": .string("x/y"), "a": .array([.integer(1), .number(0.5), .null, .bool(true)]),
    ])
    let text = String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    #expect(
      text == """
        {
          "a" : [
            1,
            0.5,
            null,
            true
          ],
          "b" : "x/y"
        }

        """)
    #expect(try value.line == #"{"a":[1,0.5,null,true],"b":"x/y"}"#)
  }

  @Test func valuesSurviveARoundTrip() throws {
    let value = JSONValue.object([
      "whole": .integer(3), "real": .number(1e-4), "text": .string("3"), "none": .null,
      "list": .array([.bool(false), .object(["k": .integer(-1)])]),
    ])
    let back = try JSONDecoder().decode(JSONValue.self, from: CanonicalJSON.encode(value))
    #expect(back == value)
  }

  @Test func oneAndOnePointZeroAreTheSameParameter() {
    #expect(JSONValue.integer(1).isSame(as: .number(1)))
    #expect(JSONValue.array([.number(2)]).isSame(as: .array([.integer(2)])))
    #expect(!JSONValue.integer(1).isSame(as: .string("1")))
    #expect(
      !JSONValue.array([.integer(2), .integer(3)]).isSame(as: .array([.integer(3), .integer(2)])))
  }

  @Test func leavesGetDottedKeys() {
    let value = JSONValue.object(["a": .object(["b": .integer(1)]), "c": .array([.integer(2)])])
    #expect(value.flattened(under: "x") == ["x.a.b": .integer(1), "x.c": .array([.integer(2)])])
  }
}
