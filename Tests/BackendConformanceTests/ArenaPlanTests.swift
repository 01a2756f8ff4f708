import ComputeGraph
import Testing

extension BackendConformance {
  @Suite struct ArenaPlanTests {
    private func requests(_ values: inout Values, count: Int) -> [ArenaPlan.Request] {
      let sizes = values.positive(count).map { Int($0 * 4000) - 250 }
      let starts = values.positive(count).map { Int($0 * 40) }
      let lengths = values.positive(count).map { Int($0 * 8) }
      return (0..<count).map {
        ArenaPlan.Request(bytes: max(sizes[$0], 0), steps: starts[$0]...starts[$0] + lengths[$0])
      }
    }

    /// Whatever is asked for: aligned, inside the block, and no two buffers that live at the same
    /// step share a byte.
    @Test(arguments: 1...40)
    func noTwoLiveBuffersOverlap(seed: Int) {
      var values = Values(seed: seed)
      let requests = requests(&values, count: 60)
      let alignment = seed % 2 == 0 ? 64 : 4096
      let plan = ArenaPlan(requests, alignment: alignment)
      for (index, request) in requests.enumerated() {
        let offset = plan.offsets[index]
        #expect(offset % alignment == 0 && offset + request.bytes <= plan.bytes)
        for other in 0..<index where request.steps.overlaps(requests[other].steps) {
          let end = plan.offsets[other] + requests[other].bytes
          #expect(
            offset >= end || offset + request.bytes <= plan.offsets[other],
            "\(request) at \(offset) and \(requests[other]) at \(plan.offsets[other])")
        }
      }
    }

    /// The block is no smaller than what lives at one time, and not much greater.
    @Test(arguments: 1...10)
    func memoryIsReused(seed: Int) {
      var values = Values(seed: seed)
      let requests = requests(&values, count: 60)
      let plan = ArenaPlan(requests)
      let peak = (0...100).map { step in
        requests.reduce(0) { $0 + ($1.steps.contains(step) ? ($1.bytes + 63) / 64 * 64 : 0) }
      }.max()
      #expect(plan.bytes >= peak ?? 0)
      #expect(Double(plan.bytes) <= Double(peak ?? 0) * 1.5)
    }

    /// By hand: 64-byte blocks; the third fits where the first was.
    @Test func smallPlan() {
      let plan = ArenaPlan([
        .init(bytes: 128, steps: 0...1), .init(bytes: 100, steps: 1...2),
        .init(bytes: 64, steps: 2...3), .init(bytes: 0, steps: 0...9),
      ])
      #expect(plan.offsets == [0, 128, 0, 0])
      #expect(plan.bytes == 256)
    }
  }
}
