import DICOM
import Foundation

/// libFuzzer's entry: any bytes become an image of the size that its header says, or a refusal.
///
/// The sanitizers stop what reads or writes outside; the checks here stop what is read wrongly.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReader(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  var raw: [Int32] = []
  do throws(DICOMError) {
    let (header, quirks) = try DICOMReader.read(bytes, into: &raw)
    precondition(raw.count == header.numberOfFrames * header.rows * header.columns)
    let image = DICOMImage(header: header, raw: raw, quirks: quirks)
    precondition(image.hounsfield().allSatisfy { $0.isFinite })
    // The header alone is what the header of the image is.
    let alone = try DICOMReader.readHeader(bytes)
    precondition(alone == header)
    _ = CTEligibility.reasonAgainst(header)
  } catch {
    precondition(!error.message.isEmpty)
  }
  return 0
}
