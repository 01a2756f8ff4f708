import Diagnostics
import Foundation
import TensorCore
import TestFolders
import Testing

@testable import Checkpoints

@Suite struct HostileFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file of a header and `data` zero bytes.
  static func file(_ json: String, data: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(json.utf8.count).littleEndian, Array.init) + Array(json.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  static let tensor = #"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

  struct Case: Sendable, CustomTestStringConvertible {
    let json: String
    let data: Int
    let code: String
    let says: String
    init(_ json: String, _ data: Int, _ code: String, _ says: String) {
      (self.json, self.data, self.code, self.says) = (json, data, code, says)
    }
    var testDescription: String { "\(code): \(says)" }
  }

  static let cases = [
    Case("[]", 0, "header-json", "begin with “{”"),
    Case("{\"a\":\(tensor)", 8, "header-json", "expected “}”"),
    Case("{\"a\":\(tensor)}x", 8, "header-json", "text after"),
    Case("{\"a\":\(tensor),}", 8, "header-json", "expected “\"”"),
    Case("{\"a", 0, "header-json", "string without end"),
    Case("{\"a\\", 0, "header-json", "string without end"),
    Case("{\"a\\u12", 0, "header-json", "string without end"),
    Case("{\"a\\ud800\":\(tensor)}", 8, "header-json", "surrogate"),
    Case("{\"a\\ud800\\u0041\":\(tensor)}", 8, "header-json", "surrogate"),
    Case("{\"a\\x\":\(tensor)}", 8, "header-json", "unknown escape"),
    Case("{\"a\u{1}\":\(tensor)}", 8, "header-json", "control character"),
    Case("{\"a\":\(tensor),\"a\":\(tensor)}", 8, "duplicate-name", "“a” occurs twice"),
    Case("{\"a\":\(tensor),\"\\u0061\":\(tensor)}", 8, "duplicate-name", "“a” occurs twice"),
    Case(#"{"__metadata__":{"k":"1","k":"2"}}"#, 0, "duplicate-name", "“k” twice"),
    Case(#"{"__metadata__":{"k":1}}"#, 0, "header-json", "expected “\"”"),
    Case(#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, "entry", "“a” lacks"),
    Case(
      #"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8, "entry",
      "“dtype” is unknown or given twice"),
    Case(
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":[]}}"#, 8, "entry", "“x”"),
    Case(#"{"a":{"dtype":"F12","shape":[2],"data_offsets":[0,8]}}"#, 8, "dtype", "“F12”"),
    Case(#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "header-json", "integer"),
    Case(#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, 8, "header-json", "“]”"),
    Case(#"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, 8, "header-json", "leading"),
    Case(
      #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}"#, 8,
      "header-json", "past 64 bits"),
    Case(
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, 8, "shape",
      "overflows"),
    Case(
      #"{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,8]}}"#, 8, "size",
      "does not take the 8 bytes"),
    Case(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "size", "[3]"),
    Case(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "offsets", "begin"),
    Case(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#, 8, "offsets", "begin"),
    Case(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, "offsets", "gap"),
    Case(
      "{\"a\":\(tensor),\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}", 8,
      "offsets", "overlap"),
    Case("{\"a\":\(tensor)}", 7, "data-size", "8 bytes of data, the file has 7"),
    Case("{\"a\":\(tensor)}", 9, "data-size", "8 bytes of data, the file has 9"),
  ]

  @Test(arguments: cases)
  func refusesABrokenRule(_ broken: Case) throws {
    let url = try folder.write(Self.file(broken.json, data: broken.data))
    let error = #expect(throws: IchorError.self) { try SafeTensors.read(url) }
    #expect(error?.kind == .badData)
    #expect(error?.code == "safetensors-\(broken.code)")
    #expect(error?.message.contains(broken.says) == true, "\(error?.message ?? "")")
    #expect(error?.location == url.path(percentEncoded: false))
  }

  @Test func refusesAHeaderLengthThatTheFileHasNot() throws {
    for length: UInt64 in [3, 100_000_001, 1 << 63, .max] {
      let bytes = withUnsafeBytes(of: length.littleEndian, Array.init) + Array("{}".utf8)
      let url = try folder.write(bytes)
      let error = #expect(throws: IchorError.self) { try SafeTensors.read(url) }
      #expect(error?.code == "safetensors-header-length")
    }
    let empty = try folder.write(Self.file("{}  ", data: 0))
    #expect(try SafeTensors.read(empty).tensors.isEmpty)
  }

  @Test func refusesValuesThatFloat32CannotHold() throws {
    let json = #"{"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}"#
    let inexact = withUnsafeBytes(of: Int32(16_777_217).littleEndian, Array.init)
    let url = try folder.write(Self.file(json, data: 0) + inexact)
    let error = #expect(throws: IchorError.self) { try SafeTensors.read(url) }
    #expect(error?.message == "Tensor “a”: float32 can't hold the integer 16777217 exactly")
    let bool = #"{"m":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}"#
    let boolFile = try folder.write(Self.file(bool, data: 0) + [2])
    #expect(throws: IchorError.self) { try SafeTensors.read(boolFile) }
  }

  /// Every prefix of a good file is refused, and no changed byte leads to a trap.
  @Test func everyTruncationAndAnyChangedByteIsAnswered() throws {
    let good = [UInt8](try #require(Data(base64Encoded: PythonExchangeTests.everyType)))
    for count in stride(from: 0, to: good.count, by: 3) {
      let url = try folder.write(good.prefix(count))
      #expect(throws: IchorError.self) { try SafeTensors.read(url) }
    }
    var answered = 0
    for position in 0..<good.count {
      var bytes = good
      bytes[position] ^= UInt8(1 << (position % 8))
      bytes[(position &* 31) % good.count] = UInt8(truncatingIfNeeded: position &* 73)
      let url = try folder.write(bytes)
      do { _ = try SafeTensors.read(url) } catch is IchorError { answered += 1 }
    }
    #expect(answered > good.count / 2)
  }

  @Test func saysWhatCannotBeOpenedOrCreated() throws {
    let absent = folder.url.appending(path: "absent.safetensors")
    #expect(throws: IchorError.self) { try SafeTensors.read(absent) }
      .map { #expect($0.kind == .inputMissing) }
    #expect(throws: IchorError.self) { try SafeTensors.read(folder.url) }
      .map { #expect($0.code == "file-kind") }
    let nowhere = folder.url.appending(path: "no/folder/w.safetensors")
    #expect(throws: IchorError.self) { try SafeTensors.write([:], to: nowhere) }
      .map { #expect($0.kind == .cannotCreate) }
    // A folder in the way: the rename fails and the temporary file goes.
    let taken = folder.url.appending(path: "taken")
    try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
    #expect(throws: IchorError.self) { try SafeTensors.write([:], to: taken) }
    #expect(folder.contents == ["taken"])
  }
}
