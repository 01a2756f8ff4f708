import Testing

@testable import Phantom

@Suite struct PatientRosterTests {
  private func roster(_ patients: Int, seed: UInt64 = 1, fraction: Double = 0.4) -> PatientRoster {
    PatientRoster(seed: seed, patients: patients, firstNumber: 0, bleedingFraction: fraction)
  }

  @Test(arguments: [UInt64(1), 2, 3, 99])
  func everyKindOccurs(seed: UInt64) {
    for patients in [2, 3, 5, 12, 13, 20, 48] {
      let entries = roster(patients, seed: seed).entries
      let kinds = entries.flatMap(\.kinds)
      #expect(Set(kinds).count == 5, "\(patients) patients")
      let bleeding = entries.filter { !$0.kinds.isEmpty }.count
      #expect(bleeding == max(1, Int((Double(patients) * 0.4).rounded())))
      if patients >= 20 { #expect(kinds.filter { $0 == .epidural }.count >= 2) }
    }
  }

  @Test func nobodyBleedsAtFractionZero() {
    #expect(roster(10, fraction: 0).entries.allSatisfy { $0.kinds.isEmpty })
    #expect(roster(10, fraction: 1).entries.allSatisfy { !$0.kinds.isEmpty })
    #expect(roster(0).entries.isEmpty)
  }

  @Test func kindsAreAsUnequalAsTheirShares() {
    let entries = roster(1000).entries
    func patients(_ kind: HaemorrhageKind) -> Int {
      entries.filter { $0.kinds.contains(kind) }.count
    }
    // 400 bleed. First kinds: 12, 176, 40, 76, 96; with companions the expected counts are
    // EDH 12; ICH 176 + 3 + 8 + 19 + 11.5; IVH 40 + 79.2 + 26.6 + 4.8;
    // SAH 76 + 4.2 + 26.4 + 10 + 26.9; SDH 96 + 3.6 + 10.6 + 9.1. Four standard deviations: 30.
    #expect(patients(.epidural) == 12)
    #expect(abs(patients(.intraparenchymal) - 218) < 30)
    #expect(abs(patients(.intraventricular) - 151) < 30)
    #expect(abs(patients(.subarachnoid) - 144) < 30)
    #expect(abs(patients(.subdural) - 119) < 30)
  }

  @Test func aPatientsHeadDoesNotDependOnHowManyThereAre() {
    let resolution = PhantomResolution()
    let few = roster(5).entries[3]
    let many = roster(50).entries[3]
    #expect(few.number == many.number)
    let heads = [few, many].map {
      Patient(seed: 1, number: $0.number, kinds: [], resolution: resolution)
    }
    #expect(heads[0].geometry.firstPosition == heads[1].geometry.firstPosition)
    #expect(heads[0].head.age == heads[1].head.age)
  }

  @Test func seriesHaveTwentyFourToFortySlices() {
    var counts: Set<Int> = []
    for number in 0..<200 {
      let slices = Patient(seed: 5, number: number, kinds: [], resolution: PhantomResolution())
        .geometry.slices
      #expect((24...40).contains(slices))
      counts.insert(slices)
    }
    #expect(counts.count > 8)
  }

  @Test(arguments: [1, 2, 3, 4, 8, 50])
  func quirksFitAnyNumberOfPatients(patients: Int) {
    let entries = roster(patients).entries
    func count(_ holds: (PatientRoster.Entry) -> Bool) -> Int { entries.filter(holds).count }
    #expect(count { $0.hasShortFile } == 1)
    #expect(count { $0.format.hasDoubleWindow } >= 1)
    #expect(count { $0.format.storage == .signedPadded } >= 1)
    #expect(count { $0.format.storage == .wrapped } >= (patients > 1 ? 1 : 0))
    #expect(count { $0.format.storage == .wrapped && $0.hasShortFile } == 0)
  }
}
