import CSV
import Diagnostics

/// Any bytes become records of one width, which are read back when written, or an error.
enum CSVCheck {
  private static let scratch = ScratchCopy()

  static var seeds: [[UInt8]] {
    [
      "ID,Label\nID_1_any,0\n", "\u{FEFF}a,b\r\n\"x,\"\"y\"\"\",\"two\nlines\"\n,\n\"\",é\r\n\n",
      "a\n\"\"\n", "n\n7\n-2.5e1\nnan\n",
    ].map { Array($0.utf8) }
  }

  static func run(_ bytes: UnsafeRawBufferPointer) {
    do {
      let records = try records(bytes)
      let text = records.map(CSVWriter.record).joined()
      let again = try Array(text.utf8).withUnsafeBytes(self.records)
      precondition(again == records)
    } catch {
      precondition((error as? IchorError)?.message.isEmpty == false, "\(error)")
    }
  }

  private static func records(_ bytes: UnsafeRawBufferPointer) throws -> [[String]] {
    scratch.replace(with: bytes)
    let table = try CSVTable(file: scratch.url)
    for row in table.rows {
      _ = try? row.integer(0, name: "n")
      _ = try? row.number(0, name: "n")
    }
    return [table.header] + table.rows.map(\.fields)
  }
}
