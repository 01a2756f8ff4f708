import DICOM
import DICOMSamples

/// Any bytes become an image of the size that its header says, or a refusal.
enum DICOMCheck {
  static var seeds: [[UInt8]] { SeedFiles.all.map(\.bytes) }

  static func run(_ bytes: UnsafeRawBufferPointer) {
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
  }
}
