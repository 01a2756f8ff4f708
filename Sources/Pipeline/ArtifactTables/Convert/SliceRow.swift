import SliceShards

/// One converted slice: a row of `slices.csv`.
package struct SliceRow: Equatable, Sendable {
  /// (0028,0030) Pixel Spacing, in mm.
  package struct Spacing: Equatable, Sendable {
    /// Between the centers of neighbouring rows.
    package let row: Double
    /// Between the centers of neighbouring columns.
    package let column: Double

    package init(row: Double, column: Double) {
      self.row = row
      self.column = column
    }
  }

  /// (0008,0018) SOP Instance UID, the key of everything downstream.
  package var id: String
  /// The number of the shard that holds its PNGs.
  package var shard: Int
  /// Its place in the shard of each size, in the order of the table's sizes.
  package var extents: [SliceExtent]
  package var patient: String
  package var study: String
  package var series: String
  /// Along the normal of the slice plane, in mm; 0 where the header has no geometry.
  package var position: Double
  /// `nil` where the header has none.
  package var spacing: Spacing?
  package var rows: Int
  package var columns: Int
  /// The DICOM file, relative to the collection's folder.
  package var source: String
  /// SHA-256 of the DICOM file.
  package var sha256: String
  /// Stored bits and sign: `12u`, `16s`.
  package var bits: String
  /// Names of the repairs that were applied.
  package var repairs: [String]

  package init(
    id: String, shard: Int, extents: [SliceExtent], patient: String, study: String, series: String,
    position: Double, spacing: Spacing?, rows: Int, columns: Int, source: String, sha256: String,
    bits: String, repairs: [String]
  ) {
    self.id = id
    self.shard = shard
    self.extents = extents
    self.patient = patient
    self.study = study
    self.series = series
    self.position = position
    self.spacing = spacing
    self.rows = rows
    self.columns = columns
    self.source = source
    self.sha256 = sha256
    self.bits = bits
    self.repairs = repairs
  }

  /// The order of `slices.csv`: shard, series, position, then ID where slices share a place.
  package static func precedes(_ lhs: SliceRow, _ rhs: SliceRow) -> Bool {
    (lhs.shard, lhs.series, lhs.position, lhs.id) < (rhs.shard, rhs.series, rhs.position, rhs.id)
  }
}
