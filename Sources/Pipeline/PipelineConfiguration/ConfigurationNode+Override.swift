import Diagnostics
import Foundation
import PipelineContract

extension ConfigurationNode {
  /// Replaces or adds the value under a dotted key, as `--set KEY=VALUE` asks.
  ///
  /// The value is kept as it stands beside what it is as YAML: which of the two counts is the
  /// matter of the key's type, when it is read.
  /// Relative paths in the value start from `folder`. Whether the key means something is checked
  /// later, with the keys of the file.
  ///
  /// - Throws: `IchorError(.configuration)` for anything but a dotted key with a value.
  mutating func override(with assignment: String, folder: URL) throws {
    let origin = Origin(place: "--set \(assignment)", folder: folder)
    guard let equals = assignment.firstIndex(of: "=") else {
      throw IchorError(
        .configuration, code: "set-malformed", "“\(assignment)” is not KEY=VALUE",
        remedy: "Write, for example, “--set train.resnet50.epochs=8”.", at: origin.place)
    }
    let path = assignment[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map { String($0).trimmingCharacters(in: .whitespaces) }
    guard !path.contains("") else {
      throw IchorError(
        .configuration, code: "set-malformed", "“\(assignment[..<equals])” is not a dotted key",
        remedy: "Write, for example, “--set train.resnet50.epochs=8”.", at: origin.place)
    }
    try checkInstance(path, origin: origin)
    let text = String(assignment[assignment.index(after: equals)...])
    try set(path[...], to: ConfigurationNode(literal: text, origin: origin), parents: "")
  }

  /// Instances are made in the file: a misspelt name must not become a new one.
  private func checkInstance(_ path: [String], origin: Origin) throws {
    let key = Configuration.CodingKeys.train.stringValue
    guard path.count >= 2, path[0] == key, case .mapping(let sections) = value else { return }
    guard case .mapping(let instances)? = sections.first(where: { $0.key == key })?.value.value
    else { return }
    let names = instances.map(\.key).filter { $0 != Configuration.stopAfter }
    guard path[1] != Configuration.stopAfter, !names.contains(path[1]) else { return }
    throw IchorError(
      .configuration, code: "instance-unknown", "There is no instance train/\(path[1])",
      remedy: "Use one of "
        + NearestName.sorted(names, by: path[1]).map { "train/\($0)" }.joined(separator: ", ")
        + "; a new one is added in the file.", at: origin.place)
  }

  private mutating func set(
    _ path: ArraySlice<String>, to new: ConfigurationNode, parents: String
  ) throws {
    guard let key = path.first else {
      self = new
      return
    }
    var entries: [Entry]
    switch value {
    case .mapping(let present): entries = present
    case .scalar(.null): entries = []
    case .scalar, .sequence:
      throw IchorError(
        .configuration, code: "key-unknown",
        "\(parents) is \(kind) and has no key “\(key)” below it",
        remedy: "Set \(parents) itself.", at: new.origin.place)
    }
    let empty = ConfigurationNode(value: .mapping([]), origin: new.origin)
    let index = entries.firstIndex { $0.key == key } ?? entries.endIndex
    let old = index < entries.endIndex ? entries.remove(at: index).value : empty
    var entry = Entry(key: key, origin: new.origin, value: old)
    try entry.value.set(
      path.dropFirst(), to: new, parents: parents.isEmpty ? key : "\(parents).\(key)")
    entries.insert(entry, at: index)
    value = .mapping(entries)
  }
}
