/// The synthetic collections that stand in where no real data is given.
package struct PhantomParameters: Codable, Equatable, Sendable {
  package var seed: Int
  package var trainPatients: Int
  package var testPatients: Int
  /// Fraction of the patients with a haemorrhage.
  package var bleedingFraction: Double

  package init(
    seed: Int = 1, trainPatients: Int = 48, testPatients: Int = 8, bleedingFraction: Double = 0.4
  ) {
    self.seed = seed
    self.trainPatients = trainPatients
    self.testPatients = testPatients
    self.bleedingFraction = bleedingFraction
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case seed
    case trainPatients = "train_patients"
    case testPatients = "test_patients"
    case bleedingFraction = "bleeding_fraction"
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    seed = try section.integer(CodingKeys.seed, default: seed, in: ConfigurationSection.seeds)
    trainPatients = try section.integer(
      CodingKeys.trainPatients, default: trainPatients, in: 1...100_000)
    testPatients = try section.integer(
      CodingKeys.testPatients, default: testPatients, in: 1...100_000)
    bleedingFraction = try section.number(
      CodingKeys.bleedingFraction, default: bleedingFraction, in: 0...1)
  }
}
