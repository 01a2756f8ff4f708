import Testing

@testable import TensorCore

@Suite struct BFloat16Tests {
  /// Made with PyTorch 2.13:
  /// `torch.tensor([struct.unpack("<f", struct.pack("<I", v))[0] for v in bits])
  ///    .to(torch.bfloat16).view(torch.int16)`.
  static let pairs: [(UInt32, UInt16)] = [
    (0x3f80_0000, 0x3f80), (0x3f80_8000, 0x3f80), (0x3f81_8000, 0x3f82), (0x3f80_8001, 0x3f81),
    (0x3f80_7fff, 0x3f80), (0xbf80_8000, 0xbf80), (0x7f7f_ffff, 0x7f80), (0xff7f_ffff, 0xff80),
    (0x7f80_0000, 0x7f80), (0xff80_0000, 0xff80), (0x0000_0001, 0x0000), (0x0000_8000, 0x0000),
    (0x0001_8000, 0x0002), (0x8000_0000, 0x8000), (0x007f_ffff, 0x0080), (0x4049_0fdb, 0x4049),
    (0x4228_0000, 0x4228),
  ]

  @Test func roundsToNearestEvenAsPyTorchDoes() {
    let source = Self.pairs.map { Float(bitPattern: $0.0) }
    var rounded = [UInt16](repeating: 0, count: source.count)
    source.withUnsafeBufferPointer { from in
      rounded.withUnsafeMutableBufferPointer { BFloat16.narrow(from, into: $0) }
    }
    #expect(rounded == Self.pairs.map(\.1))
    #expect(source.map(BFloat16.bits) == rounded)
  }

  @Test(arguments: [0x7f80_0001, 0x7fff_ffff, 0xff80_0001, 0xffff_ffff, 0x7fc0_0000] as [UInt32])
  func keepsNaN(bits: UInt32) {
    let rounded = BFloat16.bits(Float(bitPattern: bits))
    #expect(BFloat16.float(rounded).isNaN)
    #expect(UInt32(rounded >> 15) == bits >> 31)
  }

  @Test func everyBFloat16SurvivesTheRoundTrip() {
    let all = (0...UInt16.max).map { $0 }
    var wide = [Float](repeating: 0, count: all.count)
    all.withUnsafeBufferPointer { from in
      wide.withUnsafeMutableBufferPointer { BFloat16.widen(from, into: $0) }
    }
    #expect(wide[0x4049] == 3.140625)
    let broken = all.indices.filter { !wide[$0].isNaN && BFloat16.bits(wide[$0]) != all[$0] }
    #expect(broken.isEmpty)
  }
}
