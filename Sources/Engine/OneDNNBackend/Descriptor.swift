import COneDNN

/// Extents, element type and layout of a tensor, as oneDNN describes it.
final class Descriptor: Equatable {
  enum Element: Int32 {
    case f32 = 0
    case bf16 = 1
  }
  enum Layout: Int32 {
    /// The primitive chooses.
    case any = 0
    case a, ab, abcd, abcde, nhwc
    /// Channels in blocks of 16, or of 8.
    case blocked16, blocked8

    /// Channels in blocks as wide as this processor's vectors: the layout in which oneDNN has fast
    /// convolutions here, where another width would run its reference code, some hundred times
    /// slower.
    static let blocked: Layout = blockedChannels == 16 ? .blocked16 : .blocked8
    static let blockedChannels = Int(ichor_dnnl_blocked_channels())

    /// Row-major for the given number of axes.
    static func rowMajor(_ axes: Int) -> Layout {
      switch axes {
      case 1: .a
      case 2: .ab
      case 4: .abcd
      default: .abcde
      }
    }
  }

  let pointer: OpaquePointer
  /// Bytes that such a tensor takes, padding included.
  var bytes: Int { ichor_descriptor_size(pointer) }

  init(taking pointer: OpaquePointer) { self.pointer = pointer }

  convenience init(_ dims: [Int], _ element: Element, _ layout: Layout) throws {
    var pointer: OpaquePointer?
    try check(
      ichor_descriptor_create(
        &pointer, Int32(dims.count), dims.map(Int64.init), element.rawValue, layout.rawValue),
      "describe a tensor of \(dims)")
    guard let pointer else { preconditionFailure("oneDNN succeeded without a descriptor") }
    self.init(taking: pointer)
  }

  /// Number of axes.
  var axes: Int { Int(ichor_descriptor_axes(pointer)) }

  /// Extent along one axis.
  func dim(_ axis: Int) -> Int { Int(ichor_descriptor_dim(pointer, Int32(axis))) }

  /// The block of `dims` that starts at `offsets`; `nil` where the layout does not allow it.
  func block(_ dims: [Int], at offsets: [Int]) -> Descriptor? {
    var block: OpaquePointer?
    let status = ichor_descriptor_submemory(
      &block, pointer, dims.map(Int64.init), offsets.map(Int64.init))
    guard status == 0, let block else { return nil }
    return Descriptor(taking: block)
  }

  static func == (left: Descriptor, right: Descriptor) -> Bool {
    left === right || ichor_descriptor_equal(left.pointer, right.pointer)
  }

  deinit { ichor_descriptor_destroy(pointer) }
}
