import Testing

@testable import TensorCore

@Suite struct ShapeTests {
  @Test func countsElements() {
    let shape: Shape = [64, 3, 7, 5]
    #expect(shape.elementCount == 6720)
    #expect(shape.description == "[64, 3, 7, 5]")
    #expect(Shape([]).elementCount == 1)
    #expect(Shape([5, 0]).elementCount == 0)
  }

  @Test func refusesWhatIntCannotCount() {
    #expect(Shape(checking: [-1, 2]) == nil)
    #expect(Shape(checking: [1 << 32, 1 << 31]) == nil)
    #expect(Shape(checking: [0, 1 << 62, 4]) == nil)
    #expect(Shape(checking: [1 << 31, 1 << 31])?.elementCount == 1 << 62)
  }
}

@Suite struct NamedTensorsTests {
  @Test func keepsOrderOfInsertion() {
    var tensors: NamedTensors = ["b": HostTensor(scalar: 1), "a": HostTensor(shape: [2])]
    tensors["c"] = HostTensor(shape: [2, 2], values: [1, 2, 3, 4])
    tensors["b"] = HostTensor(scalar: 5)
    #expect(tensors.names == ["b", "a", "c"])
    #expect(tensors["b"]?.values == [5])
    #expect(tensors.elementCount == 7)
    tensors["a"] = nil
    #expect(tensors.map(\.name) == ["b", "c"])
    #expect(tensors["a"] == nil)
    tensors["c"]?.values[3] = 9
    #expect(tensors[1].tensor.values == [1, 2, 3, 9])
  }

  @Test func equalityMindsOrder() {
    let one = HostTensor(scalar: 1)
    let two = HostTensor(scalar: 2)
    #expect(NamedTensors([("a", one), ("b", two)]) == ["a": one, "b": two])
    #expect(NamedTensors([("a", one), ("b", two)]) != ["b": two, "a": one])
  }
}
