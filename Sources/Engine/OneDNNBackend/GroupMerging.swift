import ComputeGraph
import ParameterMemory

/// Neighbouring groups of a grouped convolution run as one, with block-diagonal weights.
///
/// With few channels per group, oneDNN leaves its fast kernels; multiplying by the zeros off the
/// diagonal costs far less than that.
struct GroupMerging {
  /// The number of groups, and how many of them become one.
  let groups: Int
  let merged: Int
  /// Channels of one of the original groups.
  let outputs: Int
  let inputs: Int
  /// Elements of one kernel.
  let area: Int
  private let kernel: [Int]

  /// The number of channels per group at which convolutions were measured fastest, in every pass.
  ///
  /// `ichor-bench groups` repeats the search, over every grouped convolution of DPN-92 with 12 to
  /// 192 channels. On Zen 4 (AVX-512 bf16), 24 are as fast as 48 in the forward pass and in the
  /// gradient of the data, but leave the blocked layout, which costs more in reorders than it
  /// saves; in the gradient of the weights, 24 take 1.5 to 3 times as long, and 96 twice as long.
  /// Prediction was 15 times slower with groups of 24 in bf16: consult `ichor-bench predict` too,
  /// as `groups` times training only.
  static let fastestChannels = 48

  /// `nil` where the groups are wide enough, or there is only one.
  ///
  /// - Parameters:
  ///   - dims: `[out, in / groups, k, k]`.
  ///   - channels: the fewest input channels of a merged group, if there are that many in all.
  init?(dims: [Int], groups: Int, channels: Int) {
    guard groups > 1, dims[1] < channels else { return nil }
    let candidates = (2...groups).filter { groups.isMultiple(of: $0) }
    self.groups = groups
    merged = candidates.first { $0 * dims[1] >= channels } ?? groups
    outputs = dims[0] / groups
    inputs = dims[1]
    kernel = Array(dims.dropFirst(2))
    area = kernel.reduce(1, *)
  }

  /// Extents of the block-diagonal weights: `[groups', out / groups', in / groups', k, k]`,
  /// without the first where one group is left.
  var dims: [Int] {
    let left = groups / merged
    return (left > 1 ? [left] : []) + [outputs * merged, inputs * merged] + kernel
  }

  /// Copies row-major weights of an original group onto the diagonal. The rest stays as it is.
  func expand(
    _ group: Int, _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>
  ) {
    let row = inputs * area
    for output in group * outputs..<(group + 1) * outputs {
      (destination + (output * merged + group % merged) * row).update(
        from: source + output * row, count: row)
    }
  }

  /// The inverse of `expand`: takes a group from the diagonal.
  func contract(
    _ group: Int, _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>
  ) {
    let row = inputs * area
    for output in group * outputs..<(group + 1) * outputs {
      (destination + output * row).update(
        from: source + (output * merged + group % merged) * row, count: row)
    }
  }
}

extension OneDNNLowering {
  /// The weights that primitives read: the stored ones, or their block-diagonal form.
  func expanded(_ stored: Tensor, _ merging: GroupMerging?) throws -> Tensor {
    guard let merging else { return stored }
    if let known = expandedWeights[stored.buffer] { return known }
    let dims = merging.dims
    let expanded = allocate(.working, try Descriptor(dims, .f32, .rowMajor(dims.count)))
    preparing {
      emit(
        "weights",
        GroupExpansion(stored: stored.buffer, expanded: expanded.buffer, merging: merging))
    }
    expandedWeights[stored.buffer] = expanded
    return expanded
  }

  /// Takes the gradient of the stored weights out of that of their block-diagonal form.
  func contract(_ gradient: Tensor, _ merging: GroupMerging, into stored: Tensor) throws {
    let dims = merging.dims
    let plain = try read(gradient, as: Descriptor(dims, .f32, .rowMajor(dims.count)))
    emit(
      "weights", GroupContraction(expanded: plain.buffer, stored: stored.buffer, merging: merging),
      touching: [plain.buffer])
  }
}

/// Writes row-major grouped weights as block-diagonal ones.
private struct GroupExpansion: HostAction {
  let stored: BufferID
  let expanded: BufferID
  let merging: GroupMerging

  func run(on memory: NetworkMemory, threads: Int) {
    nonisolated(unsafe) let (source, target) = (memory[stored], memory[expanded])
    OpenMPWorkers.run(merging.groups, threads: threads) {
      merging.expand($0, source, into: target)
    }
  }
}

/// Takes the gradient of grouped weights from that of the block-diagonal ones.
private struct GroupContraction: HostAction {
  let expanded: BufferID
  let stored: BufferID
  let merging: GroupMerging

  func run(on memory: NetworkMemory, threads: Int) {
    nonisolated(unsafe) let (source, target) = (memory[expanded], memory[stored])
    OpenMPWorkers.run(merging.groups, threads: threads) {
      merging.contract($0, source, into: target)
    }
  }
}
