import Diagnostics
import Foundation
import TensorCore
import TestFolders
import Testing

@testable import Checkpoints

@Suite struct ChecksumTests {
  private let folder: TemporaryFolder
  private let tensors: NamedTensors = [
    "conv1.weight": HostTensor(
      shape: [4, 3, 3, 3], values: (0..<108).map { Float($0) * 0.37 - 11 }),
    "bn1.running_var": HostTensor(shape: [4], values: [1, 0.5, 2, 3]),
    "bn1.num_batches_tracked": HostTensor(scalar: 12), "empty": HostTensor(shape: [0, 3]),
  ]
  private let metadata = ["epoch": "3", "loss_sum": "3ff8000000000000"]

  init() throws { folder = try TemporaryFolder() }

  private func write(isChecked: Bool = true) throws -> URL {
    let file = folder.url.appending(path: "weights.safetensors")
    try SafeTensors.write(tensors, metadata: metadata, to: file, isChecked: isChecked)
    return file
  }

  @Test func aCheckedFileReadsBackAsAnUncheckedOne() throws {
    let checked = try SafeTensors.read(write())
    let plain = try SafeTensors.read(write(isChecked: false))
    #expect(checked == plain)
    #expect(checked.metadata == metadata)
    #expect(try SafeTensorsReader(write()).metadata == metadata)
  }

  @Test func equalContentGivesEqualBytes() throws {
    let first = try Data(contentsOf: write())
    #expect(try Data(contentsOf: write()) == first)
  }

  /// Every bit of a small file, header and data: whatever is read without an error is right.
  @Test func noFlippedBitGoesUnnoticed() throws {
    let file = try write()
    let good = try SafeTensors.read(file)
    let bytes = try Data(contentsOf: file)
    var refused = 0
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      try damaged.write(to: file)
      do {
        let content = try SafeTensors.read(file)
        // Where the name of the checksum was hit, it is one more string that nobody asks for.
        #expect(content.tensors == good.tensors, "bit \(bit)")
        for (key, value) in metadata { #expect(content.metadata[key] == value, "bit \(bit)") }
      } catch let error as IchorError {
        #expect(error.kind == .badData && error.location?.hasSuffix(file.lastPathComponent) == true)
        refused += 1
      }
    }
    #expect(refused > bytes.count * 8 * 9 / 10)
  }

  @Test(arguments: [1, 8, 100, 400])
  func aTruncatedOrZeroedFileIsRefused(_ length: Int) throws {
    let file = try write()
    let bytes = try Data(contentsOf: file)
    for damaged in [bytes.dropLast(length), bytes.dropLast(length) + Data(count: length)] {
      try damaged.write(to: file)
      let error = #expect(throws: IchorError.self) { try SafeTensors.read(file) }
      #expect(error?.kind == .badData)
    }
  }

  /// What another program makes of the file has no checksum, or is not held to the old one.
  @Test func aChangedCopyIsNotHeldToTheOldChecksum() throws {
    let file = try write()
    var content = try SafeTensors.read(file)
    content.tensors["bn1.running_var"] = HostTensor(shape: [4], values: [4, 3, 2, 1])
    try SafeTensors.write(content.tensors, metadata: content.metadata, to: file)
    #expect(try SafeTensors.read(file) == content)
    try SafeTensors.write(
      content.tensors, metadata: content.metadata.merging([FileChecksum.key: "00000000"]) { $1 },
      to: file)
    #expect(try SafeTensors.read(file) == content)
  }

  @Test func valuesThatNoNetworkHasAreNamed() throws {
    let file = URL(filePath: "/weights.safetensors")
    try tensors.requireFinite(variances: ["bn1.running_var"], file: file)
    for value: Float in [.nan, .infinity, -.infinity] {
      var broken = tensors
      broken["conv1.weight"]?.values[107] = value
      let error = #expect(throws: IchorError.self) { try broken.requireFinite(file: file) }
      #expect(error?.kind == .badData && error?.code == "weights-not-finite")
      #expect(error?.message.contains("“conv1.weight” holds \(value) at place 107") == true)
      #expect(error?.location == file.path)
    }
    var large = tensors
    large["conv1.weight"]?.values[3] = 1e38
    try large.requireFinite(file: file)
    #expect(throws: IchorError.self) { try large.requireFinite(upTo: 1e37, file: file) }
    var negative = tensors
    negative["bn1.running_var"]?.values[1] = -1e-9
    let error = #expect(throws: IchorError.self) {
      try negative.requireFinite(variances: ["bn1.running_var"], file: file)
    }
    #expect(error?.code == "weights-variance-negative")
    #expect(error?.message.contains("bn1.running_var") == true)
  }

  /// `torch.nn.BatchNorm2d(4).load_state_dict` takes a dictionary without the counter.
  @Test func countersOfBatchesMayBeMissing() throws {
    var weights = tensors
    weights["bn1.num_batches_tracked"] = nil
    try weights.requireMatch(
      tensors.map { ($0.name, $0.tensor.shape) }, file: URL(filePath: "/weights.safetensors"))
    weights["bn1.running_var"] = nil
    #expect(throws: IchorError.self) {
      try weights.requireMatch(
        tensors.map { ($0.name, $0.tensor.shape) }, file: URL(filePath: "/weights.safetensors"))
    }
  }
}
