/// A choice that a configuration offers: its cases own their spellings.
public protocol Choice: CaseIterable, Codable, Hashable, RawRepresentable, Sendable
where RawValue == String {}

extension Choice {
  /// Every spelling, in the order of the cases.
  public static var spellings: [String] { allCases.map(\.rawValue) }
}
