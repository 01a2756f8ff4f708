import DICOM
import Foundation

/// libFuzzer's entry: any bytes become an image of the size that its header says, or a refusal.
///
/// The sanitizers stop what reads or writes outside; the checks here stop what is read wrongly.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReader(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  var values = StoredValues()
  do throws(DICOMError) {
    let (header, quirks) = try DICOMReader.read(bytes, into: &values)
    precondition(values.count == header.numberOfFrames * header.rows * header.columns)
    let image = try DICOMReader.read(bytes)
    precondition(image.header == header && image.quirks == quirks)
    precondition(image.hounsfield().allSatisfy { $0.isFinite })
    // Values of 16 bits are those of 32.
    precondition(
      values.isNarrow
        ? image.raw.elementsEqual(values.narrow.map(Int32.init)) : image.raw == values.wide)
    // The header alone is what the header of the image is.
    let alone = try DICOMReader.readHeader(bytes)
    precondition(alone == header)
    _ = CTEligibility.reasonAgainst(header)
  } catch {
    precondition(!error.message.isEmpty)
  }
  return 0
}
