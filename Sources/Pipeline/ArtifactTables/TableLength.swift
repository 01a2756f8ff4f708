import CSV
import Foundation

/// How long a table is, whatever its columns are.
package enum TableLength {
  /// The number of rows below the header of any CSV.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where there is no such file, `.badData` with file and
  ///   line where it is not CSV.
  package static func rows(in file: URL) throws -> Int {
    let reader = try CSVReader(file: file)
    var count = 0
    while try reader.next() != nil { count += 1 }
    return count
  }
}
