import TensorCore

extension SafeTensorsHeader.Entry {
  /// The values as float32: exact for floats up to 32 bits, rounded to nearest for float64.
  ///
  /// - Throws: `HeaderFault` where float32 can't hold an integer exactly or a float64 at all, or a
  ///   boolean is neither 0 nor 1.
  func decoded(_ bytes: [UInt8]) throws(HeaderFault) -> [Float] {
    switch type {
    case .bool:
      guard bytes.allSatisfy({ $0 <= 1 }) else {
        throw HeaderFault(
          code: "safetensors-value", message: "Tensor “\(name)”: a BOOL is neither 0 nor 1")
      }
      return bytes.map(Float.init)
    case .uint8: return bytes.map(Float.init)
    case .int8: return bytes.map { Float(Int8(bitPattern: $0)) }
    case .int16: return map(bytes, Int16.self) { Float($0) }
    case .uint16: return map(bytes, UInt16.self) { Float($0) }
    case .float16: return map(bytes, UInt16.self) { Float(Float16(bitPattern: $0)) }
    // The upper half of a float32.
    case .bfloat16: return map(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float32: return map(bytes, UInt32.self) { Float(bitPattern: $0) }
    case .float64: return try narrowed(bytes)
    case .int32: return try exact(bytes, Int32.self)
    case .uint32: return try exact(bytes, UInt32.self)
    case .int64: return try exact(bytes, Int64.self)
    case .uint64: return try exact(bytes, UInt64.self)
    }
  }

  /// Loads each little-endian integer and converts it.
  private func map<Stored: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], _ stored: Stored.Type, _ convert: (Stored) -> Float
  ) -> [Float] {
    bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: MemoryLayout<Stored>.size).map { offset in
        convert(Stored(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Stored.self)))
      }
    }
  }

  private func narrowed(_ bytes: [UInt8]) throws(HeaderFault) -> [Float] {
    var lost: Double?
    let values = map(bytes, UInt64.self) { bits in
      let wide = Double(bitPattern: bits)
      if wide.isFinite, !Float(wide).isFinite { lost = wide }
      return Float(wide)
    }
    if let lost {
      throw HeaderFault(
        code: "safetensors-value", message: "Tensor “\(name)”: float32 can't hold \(lost)")
    }
    return values
  }

  private func exact<Stored: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], _ stored: Stored.Type
  ) throws(HeaderFault) -> [Float] {
    var inexact: Stored?
    let values = map(bytes, stored) { integer in
      if let value = Float(exactly: integer) { return value }
      inexact = integer
      return 0
    }
    if let inexact {
      throw HeaderFault(
        code: "safetensors-value",
        message: "Tensor “\(name)”: float32 can't hold the integer \(inexact) exactly")
    }
    return values
  }
}
