#include "COpenBLAS.h"

// Debian and Ubuntu keep OpenBLAS's own header under this name even where the plain one is another
// library's; Fedora keeps it in a folder.
#if __has_include(<cblas-openblas.h>)
#include <cblas-openblas.h>
#elif __has_include(<openblas/cblas.h>)
#include <openblas/cblas.h>
#else
#include <cblas.h>
#endif

// Not in the reference implementation's <cblas.h>.
extern char *openblas_get_config(void);
extern void openblas_set_num_threads(int count);

const char *ichor_openblas_config(void) { return openblas_get_config(); }

void ichor_openblas_use_one_thread(void) { openblas_set_num_threads(1); }

void ichor_sgemm(
    bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, const float *b,
    float beta, float *c) {
  cblas_sgemm(
      CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
      transpose_b ? CblasTrans : CblasNoTrans, m, n, k, 1.f, a, transpose_a ? m : k, b,
      transpose_b ? k : n, beta, c, n);
}
