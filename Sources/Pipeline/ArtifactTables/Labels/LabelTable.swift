import PipelineContract
import TextTables
import Vocabulary

/// The six labels of every image in a label CSV, checked for completeness and consistency.
package struct LabelTable: Sendable {
  /// Rows of the file, not counting the header.
  package let rows: Int
  /// Rows that repeat an earlier one to the letter; kept once.
  package let duplicateRows: Int

  let index: TextIndex
  /// One bit per label; the lowest is the first of the contract's order.
  let bits: [UInt8]

  /// The number of images.
  package var images: Int { bits.count }

  /// The labels of an image in contract order, each 0 or 1; `nil` where the file has none.
  ///
  /// A file that calls its images `<id>.dcm` names them by their files.
  package func labels(of image: String) -> [UInt8]? {
    guard
      let number = index.number(of: image) ?? index.number(of: image + LabelRowFormat.fileEnding)
    else { return nil }
    return Label.allCases.indices.map { (bits[number] >> UInt8($0)) & 1 }
  }
}
