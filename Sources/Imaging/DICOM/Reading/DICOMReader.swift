/// Reads DICOM files into stored values and Hounsfield units, or refuses them with a reason.
///
/// Every byte sequence ends in an image or a `DICOMError`: lengths are checked before use, nothing
/// recurses, and no memory is taken by a declared length alone. PS3.5, PS3.10; `docs/dicom.md`.
public enum DICOMReader {
  /// Decodes a whole file that is in memory.
  ///
  /// - Throws: `DICOMError` where the file breaks a rule or is of a kind that is not supported.
  public static func read(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) -> DICOMImage {
    try parse(bytes, headerOnly: false) {
      (table, header, syntax, quirks) throws(DICOMError) -> DICOMImage in
      var raw: [Int32] = []
      try PixelDataReader.read(table, header, syntax, into: &raw, quirks: &quirks)
      return DICOMImage(header: header, raw: raw, quirks: quirks.quirks)
    }
  }

  /// Decodes a whole file that is in memory into memory that is reused, with 16 bits where they
  /// suffice.
  ///
  /// Memory that has the right size already is kept: from file to file, that saves more time than
  /// decoding takes. After an error the values are unspecified.
  ///
  /// - Throws: `DICOMError` where the file breaks a rule or is of a kind that is not supported.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, into values: inout StoredValues
  ) throws(DICOMError) -> (header: DICOMHeader, quirks: [DICOMQuirk]) {
    try parse(bytes, headerOnly: false) {
      (table, header, syntax, quirks) throws(DICOMError) -> (DICOMHeader, [DICOMQuirk]) in
      values.isNarrow = header.format.fitsInt16
      if values.isNarrow {
        try PixelDataReader.read(table, header, syntax, into: &values.narrow, quirks: &quirks)
      } else {
        try PixelDataReader.read(table, header, syntax, into: &values.wide, quirks: &quirks)
      }
      return (header, quirks.quirks)
    }
  }

  /// Decodes a whole file that is in memory.
  ///
  /// - Throws: `DICOMError` where the file breaks a rule or is of a kind that is not supported.
  public static func read(_ bytes: [UInt8]) throws(DICOMError) -> DICOMImage {
    try bytes.withUnsafeBytes { bytes in
      Result { () throws(DICOMError) in try read(bytes) }
    }.get()
  }

  /// Reads up to Pixel Data, whose bytes need not be there.
  ///
  /// - Throws: `DICOMError` where the header breaks a rule or is of a kind that is not supported.
  public static func readHeader(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) -> DICOMHeader {
    try parse(bytes, headerOnly: true) {
      (_, header, _, _) throws(DICOMError) -> DICOMHeader in header
    }
  }

  /// Reads up to Pixel Data, whose bytes need not be there.
  ///
  /// - Throws: `DICOMError` where the header breaks a rule or is of a kind that is not supported.
  public static func readHeader(_ bytes: [UInt8]) throws(DICOMError) -> DICOMHeader {
    try bytes.withUnsafeBytes { bytes in
      Result { () throws(DICOMError) in try readHeader(bytes) }
    }.get()
  }

  private typealias Finish<Value> = (
    AttributeTable, DICOMHeader, TransferSyntax, inout QuirkList
  ) throws(DICOMError) -> Value

  private static func parse<Value>(
    _ bytes: UnsafeRawBufferPointer, headerOnly: Bool, finish: Finish<Value>
  ) throws(DICOMError) -> Value {
    var quirks = QuirkList()
    let meta = try FileMetaInformation(bytes, quirks: &quirks)
    let declared = meta.transferSyntaxUID.map(TransferSyntax.init(uid:))
    guard let declared, declared.isDeflated else {
      return try parseDataSet(
        bytes, from: meta.dataSetOffset, declared, headerOnly: headerOnly, quirks, finish)
    }
    let deflated = UnsafeRawBufferPointer(rebasing: bytes[meta.dataSetOffset...])
    return try DeflatedDataSet.inflate(deflated).withUnsafeBytes { dataSet in
      Result { () throws(DICOMError) in
        try parseDataSet(dataSet, from: 0, declared, headerOnly: headerOnly, quirks, finish)
      }
    }.get()
  }

  private static func parseDataSet<Value>(
    _ bytes: UnsafeRawBufferPointer, from offset: Int, _ declared: TransferSyntax?,
    headerOnly: Bool, _ quirks: QuirkList, _ finish: Finish<Value>
  ) throws(DICOMError) -> Value {
    let encoding = try DataSetEncoding.sniff(bytes, at: offset, declared: declared?.encoding)
    let syntax = declared ?? TransferSyntax(sniffed: encoding)
    var walker = DataSetWalker(
      bytes, from: offset, encoding: encoding, headerOnly: headerOnly, quirks: quirks)
    do throws(DICOMError) {
      try walker.walk()
      var quirks = walker.quirks
      if encoding != syntax.encoding {
        _ = try syntax.decoder()
        guard syntax.pixelCoding == .native else {
          throw DICOMError(
            .transferSyntaxMismatch,
            "\(DICOMTag.transferSyntaxUID): the data set does not have the declared encoding")
        }
        quirks.add(.transferSyntaxMismatch)
      }
      let header = try DICOMHeader(walker.table, transferSyntax: syntax, quirks: &quirks)
      return try finish(walker.table, header, syntax, &quirks)
    } catch {
      var refusal = error
      refusal.identifiers = walker.table.identifiers
      throw refusal
    }
  }
}
