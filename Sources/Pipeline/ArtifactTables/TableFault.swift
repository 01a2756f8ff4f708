import CSV
import Diagnostics

/// The error about a table or document that is not what its stage writes.
enum TableFault {
  static func error(_ code: String, _ message: String, at location: String) -> IchorError {
    IchorError(
      .badData, code: code, message, remedy: "Run the stage that writes this file again.",
      at: location)
  }
}

extension CSVRow {
  func fault(_ code: String, _ message: String) -> IchorError {
    TableFault.error(code, message, at: location)
  }

  /// A whole number from 0 up, small enough that sums of two can't overflow.
  ///
  /// - Parameter name: of the column; made for the message alone, as tables have millions of rows.
  func natural(_ column: Int, name: @autoclosure () -> String) throws -> Int {
    guard let value = Int(self[column]), (0..<1 << 48).contains(value) else {
      throw fault(
        "csv-bad-value",
        "column “\(name())” holds “\(self[column])”, which is no whole number from 0 to 2^48")
    }
    return value
  }

  /// A label of the row, 0 or 1.
  func label(_ column: Int, name: String) throws -> UInt8 {
    switch self[column] {
    case "0": return 0
    case "1": return 1
    default:
      throw fault(
        "label-not-binary", "\(name) of \(self[0]) is “\(self[column])”, but a label is 0 or 1")
    }
  }

  /// A number in 0...1.
  func probability(_ column: Int, name: String) throws -> Double {
    let value = try number(column, name: name)
    guard (0...1).contains(value) else {
      throw fault(
        "prediction-not-a-probability",
        "\(name) of \(self[0]) is \(value), but a probability is between 0 and 1")
    }
    return value
  }
}
