/// Tensors by name, in the order in which they were added, such as a model's parameters.
public struct NamedTensors: Sendable {
  /// Names in order of insertion.
  public private(set) var names: [String] = []
  private var tensors: [String: HostTensor] = [:]

  public init() {}

  /// - Precondition: no name occurs twice.
  public init(_ pairs: some Sequence<(String, HostTensor)>) {
    for (name, tensor) in pairs {
      precondition(tensors[name] == nil, "tensor \(name) is given twice")
      self[name] = tensor
    }
  }

  /// The tensor of that name. Setting a new name appends it, setting `nil` removes it.
  public subscript(name: String) -> HostTensor? {
    get { tensors[name] }
    set {
      if let newValue {
        if tensors.updateValue(newValue, forKey: name) == nil { names.append(name) }
      } else if tensors.removeValue(forKey: name) != nil {
        names.removeAll { $0 == name }
      }
    }
  }

  /// Sum of the tensors' element counts.
  public var elementCount: Int { tensors.values.reduce(0) { $0 + $1.shape.elementCount } }
}

extension NamedTensors: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { names.count }
  public subscript(position: Int) -> (name: String, tensor: HostTensor) {
    let name = names[position]
    guard let tensor = tensors[name] else {
      preconditionFailure("names and tensors of NamedTensors disagree at \(name)")
    }
    return (name, tensor)
  }
}

extension NamedTensors: Equatable {
  /// Equal names in equal order, equal shapes and values.
  public static func == (first: NamedTensors, second: NamedTensors) -> Bool {
    first.names == second.names && first.tensors == second.tensors
  }
}

extension NamedTensors: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, HostTensor)...) { self.init(elements) }
}
