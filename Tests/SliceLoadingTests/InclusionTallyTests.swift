import SliceLoading
import Testing

@Suite struct InclusionTallyTests {
  private let labels: [Float] = [1, 0, 0, 0, 1, 1, 0, 0]

  @Test func countsLabelByLabel() {
    var tally = InclusionTally(labels: labels, classes: 2)
    #expect(tally.slices == 4)
    #expect(tally.positives == [2, 1])
    #expect(tally.naturalRates == [0.5, 0.25])
    #expect(tally.drawnRates.allSatisfy { $0.isNaN })
    tally.add([0, 0, 2, 3], labels: labels)
    tally.add([1], labels: labels)
    #expect(tally.draws == 5)
    #expect(tally.drawnPositives == [3, 1])
    #expect(tally.drawnRates == [0.6, 0.2])
  }
}
