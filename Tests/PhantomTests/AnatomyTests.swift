import Testing

@testable import Phantom

/// Blood lies where anatomy puts it, at a quarter of the full resolution in plane.
@Suite struct AnatomyTests {
  /// Slices of patients with a single kind of bleeding.
  private static func slices(
    _ kind: HaemorrhageKind?, patients: Range<Int> = 0..<2, matrix: Int = 160
  ) -> [(patient: Patient, slice: RenderedSlice, index: Int)] {
    var resolution = PhantomResolution()
    resolution.matrix = matrix
    resolution.planes = 1
    resolution.spacingFactor = 3
    let renderer = SliceRenderer(resolution)
    return patients.flatMap { number in
      let patient = Patient(
        seed: 11, number: number, kinds: kind.map { [$0] } ?? [], resolution: resolution)
      return (0..<patient.geometry.slices).map {
        (patient, renderer.render(patient, slice: $0), $0)
      }
    }
  }

  /// Shortest distance in mm from a cell to a cell of the given tissue, within `limit` cells.
  private func distance(
    from cell: Int, to tissue: Tissue, in slice: RenderedSlice, limit: Int
  ) -> Double {
    let (x, y) = (cell % slice.grid, cell / slice.grid)
    var least = Double.infinity
    for v in max(0, y - limit)...min(slice.grid - 1, y + limit) {
      for u in max(0, x - limit)...min(slice.grid - 1, x + limit)
      where slice.tissue[v * slice.grid + u] == tissue {
        least = min(least, Double((u - x) * (u - x) + (v - y) * (v - y)))
      }
    }
    return (least * slice.cellArea).squareRoot()
  }

  private func cells(of kind: HaemorrhageKind, in slice: RenderedSlice) -> [Int] {
    slice.blood.indices.filter { slice.blood[$0] & kind.bit != 0 }
  }

  /// Mean of the four pixels of a cell.
  private func hounsfield(_ cell: Int, _ slice: RenderedSlice) -> Float {
    let at = cell / slice.grid * 2 * slice.matrix + cell % slice.grid * 2
    return
      (slice.hounsfield[at] + slice.hounsfield[at + 1] + slice.hounsfield[at + slice.matrix]
      + slice.hounsfield[at + slice.matrix + 1]) / 4
  }

  @Test func everyKindShowsOnlyItself() {
    for kind in HaemorrhageKind.allCases {
      let slices = Self.slices(kind, patients: 2..<4, matrix: 112)
      let kinds = Set(slices.flatMap { $0.slice.kinds })
      #expect(kinds == [kind])
      let blood = slices.reduce(0) { $0 + cells(of: kind, in: $1.slice).count }
      #expect(blood > 5)
    }
    #expect(Self.slices(nil, patients: 2..<3, matrix: 112).allSatisfy { $0.slice.kinds.isEmpty })
  }

  @Test func epiduralBloodLiesUnderTheSkull() {
    for (patient, slice, _) in Self.slices(.epidural) {
      let height = Double(patient.haemorrhages.epidural.map(\.height).max() ?? 0)
      for cell in cells(of: .epidural, in: slice) {
        // Within the lens' height; obliquely cut near the vertex, hence the factor.
        #expect(distance(from: cell, to: .bone, in: slice, limit: 14) < height * 1.5 + 4)
      }
    }
  }

  @Test func subduralCrescentsHugTheSkull() {
    for number in 0..<3 {
      for (patient, slice, _) in Self.slices(.subdural, patients: number..<number + 1)
      where patient.haemorrhages.interhemispheric.isEmpty && patient.haemorrhages.tentorial.isEmpty
      {
        let height = Double(patient.haemorrhages.convexity.map(\.height).max() ?? 0)
        for cell in cells(of: .subdural, in: slice) {
          #expect(distance(from: cell, to: .bone, in: slice, limit: 14) < height * 1.8 + 5)
        }
      }
    }
  }

  @Test func ventricularBloodLiesInVentriclesUnderALevel() {
    var rows = 0
    for (patient, slice, index) in Self.slices(.intraventricular) {
      let blood = cells(of: .intraventricular, in: slice)
      #expect(blood.allSatisfy { slice.tissue[$0] == .ventricle })
      rows += blood.isEmpty ? 0 : 1
      // Gravity runs down the image: no blood above the highest of the four levels.
      let geometry = patient.geometry
      let top = geometry.position(ofSlice: index).y - geometry.headCenter.y
      let pitch = geometry.pixelSpacing * 2 * geometry.columnDirection.y
      let level = Double(patient.haemorrhages.ventricular?.levels.min() ?? .infinity)
      #expect(level < 1000)
      for cell in blood {
        #expect(top + (Double(cell / slice.grid) + 0.25) * pitch > level - 1)
      }
    }
    #expect(rows > 1)
  }

  @Test func subarachnoidBloodReplacesFluidOutsideTheVentricles() {
    var seen = 0
    for (_, slice, _) in Self.slices(.subarachnoid) {
      for cell in cells(of: .subarachnoid, in: slice) {
        #expect([.cerebrospinalFluid, .brain, .bone].contains(slice.tissue[cell]))
        if slice.tissue[cell] == .cerebrospinalFluid { seen += 1 }
        #expect(slice.tissue[cell] != .ventricle)
      }
    }
    #expect(seen > 5)
  }

  @Test func parenchymalBloodLiesInBrainAndIsDense() {
    var seen = 0
    for (patient, slice, _) in Self.slices(.intraparenchymal) {
      let blood = cells(of: .intraparenchymal, in: slice)
      guard blood.count > 12 else { continue }
      seen += 1
      let brain = blood.filter { slice.tissue[$0] == .brain }.count
      #expect(Double(brain) > 0.6 * Double(blood.count))
      let mean = blood.reduce(0) { $0 + hounsfield($1, slice) } / Float(blood.count)
      let densities = patient.haemorrhages.parenchymal.map(\.density)
      #expect(mean > (densities.min() ?? 0) - 12)
      #expect(mean < (densities.max() ?? 0) + 8)
    }
    #expect(seen > 0)
  }

  @Test func tissuesHaveTheirHounsfieldUnits() {
    var seen: Set<Tissue> = []
    for (patient, slice, _) in Self.slices(nil, matrix: 256) {
      var sums: [Tissue: (sum: Double, count: Int)] = [:]
      // Cells whose neighbours are the same tissue, so that no partial volume counts.
      for y in 2..<slice.grid - 2 {
        for x in 2..<slice.grid - 2 {
          let cell = y * slice.grid + x
          let tissue = slice.tissue[cell]
          let near = [cell - 2, cell + 2, cell - 2 * slice.grid, cell + 2 * slice.grid]
          guard near.allSatisfy({ slice.tissue[$0] == tissue }) else { continue }
          sums[tissue, default: (0, 0)].sum += Double(hounsfield(cell, slice))
          sums[tissue, default: (0, 0)].count += 1
        }
      }
      func mean(_ tissue: Tissue) -> Double? {
        guard let (sum, count) = sums[tissue], count > 30 else { return nil }
        seen.insert(tissue)
        return sum / Double(count)
      }
      let head = patient.head
      if let brain = mean(.brain) {
        #expect((Double(head.white) - 6...Double(head.grey) + 8).contains(brain))
      }
      if let ventricle = mean(.ventricle) { #expect((0...45).contains(ventricle)) }
      if let bone = mean(.bone) { #expect((300...1700).contains(bone)) }
      if let air = mean(.air) { #expect((-1010 ... -700).contains(air)) }
    }
    #expect(seen == [.brain, .ventricle, .bone, .air])
  }

  @Test func sulciAndVentriclesWidenWithAge() {
    let heads = (0..<400).map { Head(seed: 2, patient: $0) }
    func mean(_ value: (Head) -> Float, _ ages: ClosedRange<Float>) -> Float {
      let chosen = heads.filter { ages.contains($0.age) }
      return chosen.reduce(0) { $0 + value($1) } / Float(chosen.count)
    }
    #expect(mean(\.sulcusHalfWidth, 75...95) > mean(\.sulcusHalfWidth, 18...45) + 0.4)
    #expect(mean(\.ventricleSize, 75...95) > mean(\.ventricleSize, 18...45) + 0.2)
  }
}
