import CSV
import Diagnostics
import Foundation

/// Everything that is wrong with a label CSV, so that one run tells all of it.
///
/// The first are kept for the message; where there are several, all go into a table.
package final class LabelFaults {
  /// How many a message lists.
  package static let listed = 20
  package static let header = ["place", "code", "fault", "remedy"]

  private let table: URL?
  private var writer: CSVWriter?
  private var first: [IchorError] = []
  package private(set) var count = 0

  /// - Parameter table: where the whole list goes; `nil`: nowhere.
  package init(table: URL?) { self.table = table }

  /// - Throws: `IchorError` where the table can't be written.
  package func add(_ fault: IchorError) throws {
    count += 1
    if first.count < Self.listed { first.append(fault) }
    guard let table else { return }
    if writer == nil { writer = try CSVWriter(file: table, header: Self.header) }
    try writer?.write([fault.location ?? "", fault.code, fault.message, fault.remedy])
  }

  /// - Throws: the fault, where there is one; of several, the first's code with all of them.
  package func requireNone(at file: URL) throws {
    try writer?.close()
    guard let one = first.first else { return }
    if count == 1 { throw one }
    let lines = first.map { fault in
      " \(fault.location.map { $0.replacing("\(file.path):", with: "line ") } ?? ""): "
        + fault.message
    }
    let more = count > first.count ? "; and \(count - first.count) more" : ""
    let place = table.map { " All of them are in \($0.path)." } ?? ""
    throw IchorError(
      one.kind, code: one.code, "\(count) faults:" + lines.joined(separator: ";") + more,
      remedy: one.remedy + place, at: one.location)
  }
}
