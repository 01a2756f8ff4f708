import PipelineContract
import Testing

@Suite struct ProgressReadingTests {
  private let training = ProgressReading(
    completed: 537, total: 1074, unit: "steps",
    detail: "epoch 4/6, loss 0.1613, validation 0.1619 (constant 0.2424)", itemsPerSecond: 8.95)

  @Test func whatMattersLeastGoesFirst() {
    let whole = training.bar(width: 200)
    #expect(whole.hasPrefix("[████████████············]  50 %  537/1074 steps  "))
    #expect(
      whole.hasSuffix("1:01 left  epoch 4/6, loss 0.1613, validation 0.1619 (constant 0.2424)"))
    #expect(
      training.bar(width: 79)
        == "50 %  1:01 left  epoch 4/6, loss 0.1613, validation 0.1619 (constant 0.2424)"
        .prefix(79))
    #expect(
      training.bar(width: 59) == "50 %  1:01 left  epoch 4/6, loss 0.1613, validation 0.1619 ")
    #expect(training.bar(width: 0) == "" && training.bar(width: -3) == "")
    #expect(training.text.hasPrefix("50 %  537/1074 steps  "))
  }

  @Test(arguments: 1...160) func noLineIsWiderThanTheWindow(width: Int) {
    #expect(training.bar(width: width).count <= width)
  }
}
