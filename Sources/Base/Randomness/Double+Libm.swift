#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

extension Double {
  var logarithm: Double { log(self) }
  var sine: Double { sin(self) }
  var cosine: Double { cos(self) }
}
